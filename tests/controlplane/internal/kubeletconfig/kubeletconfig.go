// Package kubeletconfig changes single fields of a kubelet's configuration file by their path.
package kubeletconfig

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"k8s.io/kubelet/config/v1beta1"
	"sigs.k8s.io/yaml"
)

// AllNodes is the node of a Setting that names none.
const AllNodes = -1

// Auto, as the value of a port, asks for a free one.
const Auto = "auto"

// ports are the fields for which Auto is understood.
var ports = []string{"port", "readOnlyPort", "healthzPort"}

// Setting is one field to set, on one node or all.
type Setting struct {
	Node  int
	Path  []string
	Value any
}

var settingForm = regexp.MustCompile(`^(?:(\d+):)?([A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*)=(.*)$`)

// Parse reads "[N:]path.to.field=value". The value is YAML, so lists and maps are written in its flow style; an empty
// value leaves the field to the kubelet's default.
func Parse(text string) (Setting, error) {
	parts := settingForm.FindStringSubmatch(text)
	if parts == nil {
		return Setting{}, fmt.Errorf("kubelet setting %q: write [N:]path.to.field=value, such as 0:readOnlyPort=auto", text)
	}
	setting := Setting{Node: AllNodes, Path: strings.Split(parts[2], ".")}
	if parts[1] != "" {
		node, err := strconv.Atoi(parts[1])
		if err != nil {
			return Setting{}, fmt.Errorf("kubelet setting %q: node number: %w", text, err)
		}
		setting.Node = node
	}
	if err := yaml.Unmarshal([]byte(parts[3]), &setting.Value); err != nil {
		return Setting{}, fmt.Errorf("kubelet setting %q: the value is not YAML: %w", text, err)
	}
	return setting, nil
}

// Config is a KubeletConfiguration as its file spells it.
type Config map[string]any

// Apply sets the fields that concern the given node, in order.
func (c Config) Apply(node int, settings []Setting) error {
	for _, setting := range settings {
		if setting.Node != AllNodes && setting.Node != node {
			continue
		}
		if err := c.set(setting.Path, setting.Value); err != nil {
			return err
		}
	}
	return nil
}

func (c Config) set(path []string, value any) error {
	fields := map[string]any(c)
	for i, name := range path[:len(path)-1] {
		switch inner := fields[name].(type) {
		case map[string]any:
			fields = inner
		case nil:
			created := map[string]any{}
			fields[name] = created
			fields = created
		default:
			return fmt.Errorf("kubelet setting %s: %s is a single value and has no fields",
				strings.Join(path, "."), strings.Join(path[:i+1], "."))
		}
	}
	fields[path[len(path)-1]] = value
	return nil
}

// ChoosePorts replaces each port that is Auto by one that free returns.
func (c Config) ChoosePorts(free func() (int, error)) error {
	for _, name := range ports {
		if c[name] != Auto {
			continue
		}
		port, err := free()
		if err != nil {
			return fmt.Errorf("kubelet setting %s: %w", name, err)
		}
		c[name] = port
	}
	return nil
}

// Port is the port that the named field holds, 0 if none.
func (c Config) Port(name string) int {
	switch port := c[name].(type) {
	case int:
		return port
	case float64: // what a setting's YAML is decoded to
		return int(port)
	default:
		return 0
	}
}

// Copy returns a configuration that shares nothing with this one.
func (c Config) Copy() Config {
	return copyMap(c)
}

func copyMap(from map[string]any) map[string]any {
	to := make(map[string]any, len(from))
	for name, value := range from {
		if inner, isMap := value.(map[string]any); isMap {
			value = copyMap(inner)
		}
		to[name] = value
	}
	return to
}

// File is the configuration as the kubelet reads it from disk. A field that no kubelet has is an error here, since the
// kubelet would only log it and go on without.
func (c Config) File() ([]byte, error) {
	file, err := yaml.Marshal(map[string]any(c))
	if err != nil {
		return nil, fmt.Errorf("write kubelet configuration as YAML: %w", err)
	}
	if err := yaml.UnmarshalStrict(file, &v1beta1.KubeletConfiguration{}); err != nil {
		return nil, fmt.Errorf("kubelet configuration: %w; check the paths given to --kubelet-config", err)
	}
	return file, nil
}
