package args

import (
	"slices"
	"strings"
	"testing"
)

func TestOverride(t *testing.T) {
	defaults := []string{"--port=1", "--authorization-mode=Node,RBAC", "--profiling"}
	for name, test := range map[string]struct{ overrides, want []string }{
		"nothing given keeps the defaults": {
			nil, defaults,
		},
		"another flag is appended": {
			[]string{"--audit-log-path=-"},
			[]string{"--port=1", "--authorization-mode=Node,RBAC", "--profiling", "--audit-log-path=-"},
		},
		"the same name replaces the default": {
			[]string{"--authorization-mode=RBAC"},
			[]string{"--port=1", "--profiling", "--authorization-mode=RBAC"},
		},
		"a switch is replaced by its value form": {
			[]string{"--profiling=false"},
			[]string{"--port=1", "--authorization-mode=Node,RBAC", "--profiling=false"},
		},
		"a list flag keeps all that was given": {
			[]string{"--tls-sni-cert-key=a", "--tls-sni-cert-key=b"},
			[]string{"--port=1", "--authorization-mode=Node,RBAC", "--profiling", "--tls-sni-cert-key=a", "--tls-sni-cert-key=b"},
		},
		"a trailing dash takes the default away": {
			[]string{"--authorization-mode-", "--authorization-config=x"},
			[]string{"--port=1", "--profiling", "--authorization-config=x"},
		},
		"a value may end in a dash": {
			[]string{"--audit-log-path=-"},
			[]string{"--port=1", "--authorization-mode=Node,RBAC", "--profiling", "--audit-log-path=-"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Override(defaults, test.overrides...)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestOverrideRefusesWhatIsNoFlag(t *testing.T) {
	for _, flag := range []string{"", "value", "-v=2", "--", "--=x"} {
		if _, err := Override(nil, flag); err == nil || !strings.Contains(err.Error(), "--name=value") {
			t.Errorf("Override(%q): %v, want an error that shows the form", flag, err)
		}
	}
}
