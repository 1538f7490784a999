package kubeletconfig

import (
	"reflect"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]Setting{
		"authentication.anonymous.enabled=true": {AllNodes, []string{"authentication", "anonymous", "enabled"}, true},
		"2:readOnlyPort=auto":                   {2, []string{"readOnlyPort"}, "auto"},
		"tlsMinVersion=VersionTLS13":            {AllNodes, []string{"tlsMinVersion"}, "VersionTLS13"},
		"tlsCipherSuites=[A, B]":                {AllNodes, []string{"tlsCipherSuites"}, []any{"A", "B"}},
		"evictionHard={memory.available: 5%}":   {AllNodes, []string{"evictionHard"}, map[string]any{"memory.available": "5%"}},
		"clusterDomain=":                        {AllNodes, []string{"clusterDomain"}, nil},
	} {
		got, err := Parse(text)
		if err != nil {
			t.Errorf("Parse(%q): %v", text, err)
		} else if !reflect.DeepEqual(got, want) {
			t.Errorf("Parse(%q) = %#v, want %#v", text, got, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"", "readOnlyPort", "=1", "a..b=1", "x:port=1", "-1:port=1", "port=[1"} {
		if setting, err := Parse(text); err == nil {
			t.Errorf("Parse(%q) = %#v, want an error", text, setting)
		}
	}
}

func TestApplyReachesOnlyItsNode(t *testing.T) {
	config := Config{"authentication": map[string]any{"webhook": map[string]any{"enabled": true}}}
	untouched := config.Copy()
	settings := []Setting{
		{AllNodes, []string{"authentication", "anonymous", "enabled"}, true},
		{1, []string{"readOnlyPort"}, 10255},
		{0, []string{"maxPods"}, float64(7)},
	}
	if err := config.Apply(0, settings); err != nil {
		t.Fatal(err)
	}
	want := Config{
		"authentication": map[string]any{
			"webhook":   map[string]any{"enabled": true},
			"anonymous": map[string]any{"enabled": true},
		},
		"maxPods": float64(7),
	}
	if !reflect.DeepEqual(config, want) {
		t.Errorf("got  %v\nwant %v", config, want)
	}
	if _, leaked := untouched["authentication"].(map[string]any)["anonymous"]; leaked {
		t.Error("a change to one configuration shows in its copy")
	}
}

func TestApplyRefusesAPathThroughAValue(t *testing.T) {
	err := Config{"port": 1}.Apply(0, []Setting{{AllNodes, []string{"port", "number"}, 2}})
	if err == nil || !strings.Contains(err.Error(), "port is a single value") {
		t.Errorf("got %v, want an error that names the field in the way", err)
	}
}

func TestChoosePorts(t *testing.T) {
	config := Config{"port": 10250, "readOnlyPort": "auto", "healthzPort": float64(1)}
	if err := config.ChoosePorts(func() (int, error) { return 4711, nil }); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"port": 10250, "readOnlyPort": 4711, "healthzPort": 1, "other": 0} {
		if got := config.Port(name); got != want {
			t.Errorf("%s = %d, want %d", name, got, want)
		}
	}
}

func TestFileRefusesAnUnknownField(t *testing.T) {
	if _, err := (Config{"authentication": map[string]any{"anonymous": map[string]any{"enabled": false}}}).File(); err != nil {
		t.Errorf("a correct configuration: %v", err)
	}
	_, err := Config{"authentification": map[string]any{}}.File()
	if err == nil || !strings.Contains(err.Error(), "authentification") {
		t.Errorf("got %v, want an error that names the field", err)
	}
}
