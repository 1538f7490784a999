package component

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/util/validation/field"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/flagz"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	cliflag "k8s.io/component-base/cli/flag"
	"k8s.io/component-base/logs"
	logsapi "k8s.io/component-base/logs/api/v1"
	"k8s.io/component-base/version/verflag"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
	"k8s.io/kubernetes/cmd/kubelet/app/options"
	kubeletconfig "k8s.io/kubernetes/pkg/kubelet/apis/config"
	"k8s.io/kubernetes/pkg/kubelet/kubeletconfig/configfiles"
	utilfs "k8s.io/kubernetes/pkg/util/filesystem"
)

// newHollowKubeletCommand is the kubelet's own command with its machine taken away: the same flags and config file,
// the same server, authentication, certificates and status loop, over a container runtime that only pretends.
//
// It calls the kubelet's own Run rather than kubemark's, which would start with the legacy insecure defaults and
// serve neither /configz nor TLS as a kubelet does.
func newHollowKubeletCommand() *cobra.Command {
	return &cobra.Command{
		Use:                "kubelet",
		DisableFlagParsing: true, // Flags override the file that a flag names, so they are read twice; see parse.
		SilenceUsage:       true,
		RunE: func(_ *cobra.Command, args []string) error {
			return runHollowKubelet(args)
		},
	}
}

func runHollowKubelet(args []string) error {
	server, flags, err := parse(args)
	if err != nil {
		return err
	}
	verflag.PrintAndExitIfRequested()

	gates := utilfeature.DefaultMutableFeatureGate
	if err := gates.SetFromMap(server.FeatureGates); err != nil {
		return fmt.Errorf("kubelet feature gates: %w", err)
	}
	logs.InitLogs()
	if err := logsapi.ValidateAndApplyAsField(&server.Logging, gates, field.NewPath("logging")); err != nil {
		return fmt.Errorf("kubelet logging configuration: %w", err)
	}

	if err := serveRuntime(server.ContainerRuntimeEndpoint); err != nil {
		return err
	}

	ctx := genericapiserver.SetupSignalContext()
	dependencies := hollowDependencies(server)
	dependencies.Flagz = flagz.NamedFlagSetsReader{
		FlagSets: cliflag.NamedFlagSets{FlagSets: map[string]*pflag.FlagSet{"kubelet": flags}},
	}
	dependencies.TLSOptions, err = kubelet.InitializeTLS(ctx, &server.KubeletFlags, &server.KubeletConfiguration)
	if err != nil {
		return fmt.Errorf("kubelet serving certificate: %w", err)
	}
	return kubelet.Run(ctx, server, dependencies, gates)
}

// parse reads the flags once to find the config file, then again over what the file says, so that flags win.
func parse(args []string) (*options.KubeletServer, *pflag.FlagSet, error) {
	first := options.NewKubeletFlags()
	config, err := options.NewKubeletConfiguration()
	if err != nil {
		return nil, nil, fmt.Errorf("kubelet configuration defaults: %w", err)
	}
	if err := flagSet(first, config).Parse(args); err != nil {
		return nil, nil, fmt.Errorf("kubelet flags: %w", err)
	}
	if file := first.KubeletConfigFile; file != "" {
		if config, err = load(file); err != nil {
			return nil, nil, err
		}
	}

	final := options.NewKubeletFlags()
	flags := flagSet(final, config)
	if err := flags.Parse(args); err != nil {
		return nil, nil, fmt.Errorf("kubelet flags: %w", err)
	}
	if unexpected := flags.Args(); len(unexpected) > 0 {
		return nil, nil, fmt.Errorf("kubelet flags: unexpected argument %q", unexpected[0])
	}
	return &options.KubeletServer{KubeletFlags: *final, KubeletConfiguration: *config}, flags, nil
}

func flagSet(kubeletFlags *options.KubeletFlags, config *kubeletconfig.KubeletConfiguration) *pflag.FlagSet {
	flags := pflag.NewFlagSet("kubelet", pflag.ContinueOnError)
	flags.SetNormalizeFunc(cliflag.WordSepNormalizeFunc)
	kubeletFlags.AddFlags(flags)
	options.AddKubeletConfigFlags(flags, config)
	options.AddGlobalFlags(flags)
	return flags
}

func load(file string) (*kubeletconfig.KubeletConfiguration, error) {
	loader, err := configfiles.NewFsLoader(&utilfs.DefaultFs{}, file)
	if err != nil {
		return nil, fmt.Errorf("kubelet config file %s: %w", file, err)
	}
	config, err := loader.Load(context.Background())
	if err != nil {
		return nil, fmt.Errorf("kubelet config file %s: %w", file, err)
	}
	return config, nil
}
