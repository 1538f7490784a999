// Package cluster starts the components as child processes, waits until they serve, and moves them at a test's word.
package cluster

import (
	"errors"
	"flag"
	"fmt"
	"time"

	"assay.dev/controlplane/internal/args"
	"assay.dev/controlplane/internal/kubeletconfig"
)

// maxNodes is how many addresses one block of 256 holds, network and broadcast address aside.
const maxNodes = 254

// Options say what cluster to start.
type Options struct {
	Version    string // of Kubernetes, for the report
	Nodes      int
	WatchStdin bool // end when standard input does
	Keep       bool // leave the folder behind at the end
	Timeout    time.Duration

	// Flags are laid over a component's own, by component; "kubelet" stands for all kubelets.
	Flags map[string][]string
	// Kubelet are fields of the kubelets' configuration files.
	Kubelet []kubeletconfig.Setting
}

// ParseOptions reads the flags of "up". Both results are nil if help was asked for and given.
func ParseOptions(arguments []string) (*Options, error) {
	options := &Options{Flags: map[string][]string{}}
	flags := flag.NewFlagSet("controlplane up", flag.ContinueOnError)
	flags.IntVar(&options.Nodes, "nodes", 1, "kubelets to start, 0 to 254")
	flags.BoolVar(&options.WatchStdin, "watch-stdin", false, "end when standard input does, so that a killed test takes the cluster with it")
	flags.BoolVar(&options.Keep, "keep", false, "leave the cluster's folder behind at the end, to read its logs")
	flags.DurationVar(&options.Timeout, "timeout", 2*time.Minute, "how long a component may take to get ready, or to end")
	for option, component := range map[string]string{
		"etcd-flag":               etcd,
		"apiserver-flag":          apiserver,
		"controller-manager-flag": controllerManager,
		"scheduler-flag":          scheduler,
		"kubelet-flag":            kubelet,
	} {
		usage := fmt.Sprintf("`--name=value` to start %s with, over a default of that name; --name- takes a default away; repeatable", component)
		flags.Func(option, usage, func(text string) error {
			options.Flags[component] = append(options.Flags[component], text)
			_, err := args.Name(text)
			return err
		})
	}
	flags.Func("kubelet-config", "`[N:]path.to.field=value` to set in the kubelets' configuration, or only node N's; the value auto picks a free port; repeatable",
		func(text string) error {
			setting, err := kubeletconfig.Parse(text)
			options.Kubelet = append(options.Kubelet, setting)
			return err
		})

	switch err := flags.Parse(arguments); {
	case errors.Is(err, flag.ErrHelp):
		return nil, nil
	case err != nil:
		return nil, err
	case flags.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q: 'up' takes flags only", flags.Arg(0))
	}
	return options, options.validate()
}

func (o *Options) validate() error {
	if o.Nodes < 0 || o.Nodes > maxNodes {
		return fmt.Errorf("--nodes=%d: it must be 0 to %d", o.Nodes, maxNodes)
	}
	for _, setting := range o.Kubelet {
		if setting.Node >= o.Nodes {
			return fmt.Errorf("--kubelet-config for node %d: with --nodes=%d the last one is %d", setting.Node, o.Nodes, o.Nodes-1)
		}
	}
	return nil
}
