package cluster

import (
	"reflect"
	"strings"
	"testing"
)

func TestParseOptions(t *testing.T) {
	options, err := ParseOptions([]string{
		"--nodes=3", "--watch-stdin",
		"--apiserver-flag=--anonymous-auth=false", "--apiserver-flag", "--profiling=false",
		"--kubelet-config=2:readOnlyPort=auto",
	})
	if err != nil {
		t.Fatal(err)
	}
	if options.Nodes != 3 || !options.WatchStdin || options.Keep {
		t.Errorf("got %+v", options)
	}
	want := map[string][]string{apiserver: {"--anonymous-auth=false", "--profiling=false"}}
	if !reflect.DeepEqual(options.Flags, want) {
		t.Errorf("flags are %q, want %q", options.Flags, want)
	}
	if len(options.Kubelet) != 1 || options.Kubelet[0].Node != 2 {
		t.Errorf("kubelet settings are %v", options.Kubelet)
	}
}

func TestParseOptionsRefuses(t *testing.T) {
	for argument, reason := range map[string]string{
		"--nodes=-1":                   "0 to 254",
		"--kubelet-config=1:port=auto": "the last one is 0",
		"--etcd-flag=debug":            "--name=value",
		"up":                           "unexpected argument",
	} {
		if _, err := ParseOptions([]string{argument}); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: %v, want an error with %q", argument, err, reason)
		}
	}
}

func TestParseCommand(t *testing.T) {
	for line, want := range map[string]command{
		"status":               {Command: "status"},
		"kill etcd":            {Command: "kill", Component: "etcd", Flags: []string{}},
		"start etcd --a=1 --b": {Command: "start", Component: "etcd", Flags: []string{"--a=1", "--b"}},
		`{"command":"start","component":"etcd","flags":["--a=b c"]}`: {Command: "start", Component: "etcd", Flags: []string{"--a=b c"}},
	} {
		got, err := parseCommand(line)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v; want %+v", line, got, err, want)
		}
	}
}
