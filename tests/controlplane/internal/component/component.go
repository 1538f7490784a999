// Package component turns this process into one Kubernetes server.
//
// Each server gets a process of its own, as in production: they register metrics, flags and feature gates in globals,
// and two of them in one process collide. It also lets a test kill one of them.
package component

import (
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	"k8s.io/component-base/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"

	"assay.dev/controlplane/internal/process"

	_ "time/tzdata" // CronJobs name time zones, and the machine may not have the database.

	_ "k8s.io/component-base/logs/json/register"          // --logging-format=json
	_ "k8s.io/component-base/metrics/prometheus/clientgo" // the client's metrics on /metrics
	_ "k8s.io/component-base/metrics/prometheus/version"  // kubernetes_build_info on /metrics
)

// mains are the real programs' entry points. They read os.Args, as their own main functions would have them.
var mains = map[string]func(){
	"etcd":                    func() { etcdmain.Main(os.Args) },
	"kube-apiserver":          func() { os.Exit(cli.Run(apiserver.NewAPIServerCommand())) },
	"kube-controller-manager": func() { os.Exit(cli.Run(controllermanager.NewControllerManagerCommand())) },
	"kube-scheduler":          func() { os.Exit(cli.Run(scheduler.NewSchedulerCommand())) },
	"kubelet":                 func() { os.Exit(cli.Run(newHollowKubeletCommand())) },
	"kubectl": func() {
		if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
			kubectlutil.CheckErr(err)
		}
	},
}

// Run becomes the named component. It returns only when there is no such component.
func Run(name string, args []string) error {
	main, known := mains[name]
	if !known {
		return fmt.Errorf("unknown component %q: it is one of %s", name, strings.Join(names(), ", "))
	}
	process.DieWithParent()
	os.Args = append([]string{name}, args...)
	main()
	os.Exit(0)
	return nil
}

func names() []string {
	all := make([]string, 0, len(mains))
	for name := range mains {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// Version is the Kubernetes version that the servers will report.
//
// A binary linked without it reports v0.0.0-master, which clients reject; one linked with another version than its
// modules' would mislead whoever reads a report. Both are refused here, where the cause can still be named.
func Version() (string, error) {
	stamped := version.Get().GitVersion
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return stamped, nil
	}
	for _, module := range info.Deps {
		if module.Path == "k8s.io/kubernetes" && module.Version != stamped {
			return "", fmt.Errorf("this binary says it is Kubernetes %s but is made of %s: build it with build.sh", stamped, module.Version)
		}
	}
	return stamped, nil
}
