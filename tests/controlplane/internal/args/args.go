// Package args lays flags that a test gives over the flags a component starts with by default.
package args

import (
	"fmt"
	"slices"
	"strings"
)

// Override returns the defaults with the overrides laid over them.
//
// An override replaces every default of its name; overrides of one name are all kept, since some flags are lists.
// "--name-", with a trailing dash, only takes the default away, as kubectl takes away a label.
func Override(defaults []string, overrides ...string) ([]string, error) {
	given := map[string]bool{}
	var added []string
	for _, flag := range overrides {
		name, err := Name(flag)
		if err != nil {
			return nil, err
		}
		if bare, removes := strings.CutSuffix(name, "-"); removes && name == strings.TrimPrefix(flag, "--") {
			given[bare] = true
			continue
		}
		given[name] = true
		added = append(added, flag)
	}
	kept := slices.DeleteFunc(slices.Clone(defaults), func(flag string) bool {
		name, err := Name(flag)
		return err == nil && given[name]
	})
	return append(kept, added...), nil
}

// Name is the name of a flag written as "--name" or "--name=value".
func Name(flag string) (string, error) {
	rest, isFlag := strings.CutPrefix(flag, "--")
	name, _, _ := strings.Cut(rest, "=")
	if !isFlag || name == "" {
		return "", fmt.Errorf("%q is not a flag: write --name=value as one word", flag)
	}
	return name, nil
}
