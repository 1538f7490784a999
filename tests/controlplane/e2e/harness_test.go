package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const binary = "../bin/controlplane"

// patience is for what happens soon but not at once. Slow machines are given their time; quick ones do not use it.
const patience = time.Minute

// server and kubelet are as in the report of the binary, which this package reads as any other user would.
type server struct{ Port, PID int }

type kubelet struct {
	Name         string
	Port         int
	ReadOnlyPort int
	InternalIP   string
	PID          int
}

func (k kubelet) url(path string) string {
	return fmt.Sprintf("https://%s:%d%s", k.InternalIP, k.Port, path)
}

// cluster is a running "controlplane up".
type cluster struct {
	Kubeconfig                                    string
	Dir                                           string
	Apiserver, Etcd, ControllerManager, Scheduler server
	Kubelets                                      []kubelet
	Version                                       string

	process *exec.Cmd
	stdin   io.WriteCloser
	lines   *bufio.Scanner
	stderr  *bytes.Buffer
	config  *rest.Config
	client  kubernetes.Interface
}

// up starts a cluster, which ends with the test.
func up(t *testing.T, flags ...string) *cluster {
	t.Helper()
	c := launch(t, flags...)
	if !c.lines.Scan() {
		t.Fatalf("no cluster: %v\n%s", c.process.Wait(), c.stderr)
	}
	if err := json.Unmarshal(c.lines.Bytes(), c); err != nil {
		t.Fatalf("the report is not JSON: %v\n%s", err, c.lines.Text())
	}
	var err error
	if c.config, err = clientcmd.BuildConfigFromFlags("", c.Kubeconfig); err != nil {
		t.Fatal(err)
	}
	if c.client, err = kubernetes.NewForConfig(c.config); err != nil {
		t.Fatal(err)
	}
	return c
}

// launch starts the binary without waiting for the cluster.
func launch(t *testing.T, flags ...string) *cluster {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a whole cluster; leave -short out to run it")
	}
	path, err := filepath.Abs(binary)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v: build it first with build.sh", err)
	}
	c := &cluster{process: exec.Command(path, append([]string{"up", "--watch-stdin"}, flags...)...), stderr: &bytes.Buffer{}}
	c.process.Stderr = c.stderr
	if c.stdin, err = c.process.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := c.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.lines = bufio.NewScanner(stdout)
	if err := c.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.stdin.Close()
		c.process.Wait()
		if t.Failed() && c.stderr.Len() > 0 {
			t.Logf("standard error of the cluster:\n%s", c.stderr)
		}
	})
	return c
}

// answer is what the binary says to a command.
type answer struct {
	OK    bool
	PID   int
	Error string
}

// ask gives a command and returns the answer.
func (c *cluster) ask(t *testing.T, command string) answer {
	t.Helper()
	if _, err := fmt.Fprintln(c.stdin, command); err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	if !c.lines.Scan() {
		t.Fatalf("%s: no answer\n%s", command, c.stderr)
	}
	var reply answer
	if err := json.Unmarshal(c.lines.Bytes(), &reply); err != nil {
		t.Fatalf("%s: %v in %s", command, err, c.lines.Text())
	}
	return reply
}

// do gives a command that must succeed.
func (c *cluster) do(t *testing.T, command string) answer {
	t.Helper()
	reply := c.ask(t, command)
	if !reply.OK {
		t.Fatalf("%s: %s", command, reply.Error)
	}
	return reply
}

// pids are all processes of the cluster but the one that was started here.
func (c *cluster) pids() []int {
	pids := []int{c.Apiserver.PID, c.Etcd.PID, c.ControllerManager.PID, c.Scheduler.PID}
	for _, k := range c.Kubelets {
		pids = append(pids, k.PID)
	}
	return pids
}

// alive tells whether a process is there and not merely waiting for its parent to notice its end.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !bytes.Contains(stat, []byte(") Z "))
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return os.IsNotExist(err)
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func(context.Context) (bool, error)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		held, err := holds(ctx)
		if held {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s: not within %s (last error: %v)", what, patience, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
