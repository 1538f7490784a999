// Command controlplane is a whole Kubernetes control plane, with kubelets, in one binary: what tests run on.
//
// It links the published Kubernetes and etcd modules, so a test needs no image, no container runtime and no root, and
// still talks to the real servers. README.md says how to build and drive it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"assay.dev/controlplane/internal/cluster"
	"assay.dev/controlplane/internal/component"
)

const usage = `usage:
  controlplane up [flags]                start a cluster; --help lists the flags
  controlplane kubectl [args]            kubectl of the same version
  controlplane component NAME [flags]    one server in the foreground; 'up' starts them this way
`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "controlplane:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("no command given\n%s", usage)
	}
	switch command, rest := args[0], args[1:]; command {
	case "up":
		return up(rest)
	case "kubectl":
		return component.Run("kubectl", rest)
	case "component":
		if len(rest) == 0 {
			return fmt.Errorf("no component named\n%s", usage)
		}
		return component.Run(rest[0], rest[1:])
	case "help", "-h", "--help":
		fmt.Print(usage)
		return nil
	default:
		return fmt.Errorf("unknown command %q\n%s", command, usage)
	}
}

func up(args []string) error {
	version, err := component.Version()
	if err != nil {
		return err
	}
	options, err := cluster.ParseOptions(args)
	if err != nil || options == nil {
		return err
	}
	options.Version = version

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	return cluster.Run(ctx, options, os.Stdin, os.Stdout)
}
