package e2e

import (
	"context"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func gone(c *cluster) func(context.Context) (bool, error) {
	return func(context.Context) (bool, error) {
		return !slices.ContainsFunc(c.pids(), alive) && missing(c.Dir), nil
	}
}

func TestNothingOutlivesAKilledParent(t *testing.T) {
	c := up(t)
	c.do(t, "pause kube-scheduler") // A frozen process cannot even see that it is alone.
	if err := c.process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "all processes and the folder are gone", gone(c))
}

func TestEndsWithItsStandardInput(t *testing.T) {
	c := up(t, "--nodes=0")
	c.stdin.Close()
	if err := c.process.Wait(); err != nil {
		t.Errorf("it ended with %v\n%s", err, c.stderr)
	}
	eventually(t, "all processes and the folder are gone", gone(c))
}

func TestEndsOnSIGTERM(t *testing.T) {
	c := up(t, "--nodes=0")
	if err := c.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.process.Wait(); err != nil {
		t.Errorf("it ended with %v\n%s", err, c.stderr)
	}
	if held, _ := gone(c)(t.Context()); !held {
		t.Error("it left processes or its folder behind")
	}
}

func TestAFailedStartSaysWhy(t *testing.T) {
	for flag, want := range map[string][]string{
		"--apiserver-flag=--no-such-flag=1":               {"kube-apiserver ended before it was ready", "unknown flag: --no-such-flag"},
		"--kubelet-config=no.such.field=1":                {`unknown field "no"`, "--kubelet-config"},
		"--kubelet-config=3:readOnlyPort=1":               {"node 3", "--nodes=1"},
		"--kubelet-config=maxPods=-1":                     {"kubelet/0 ended before it was ready", "maxPods"},
		"--scheduler-flag=v=2":                            {"--name=value"},
		"--nodes=255":                                     {"0 to 254"},
		"--controller-manager-flag=--kubeconfig=/nowhere": {"kube-controller-manager ended", "/nowhere"},
	} {
		t.Run(flag, func(t *testing.T) {
			c := launch(t, flag)
			if c.lines.Scan() {
				t.Fatalf("it reported a cluster: %s", c.lines.Text())
			}
			if err := c.process.Wait(); err == nil {
				t.Error("it ended with status 0")
			}
			for _, part := range want {
				if !strings.Contains(c.stderr.String(), part) {
					t.Errorf("the message does not say %q:\n%s", part, c.stderr)
				}
			}
		})
	}
}
