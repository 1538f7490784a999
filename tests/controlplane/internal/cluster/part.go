package cluster

import (
	"context"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"assay.dev/controlplane/internal/process"
)

// Component names, as commands and flags use them.
const (
	etcd              = "etcd"
	apiserver         = "kube-apiserver"
	controllerManager = "kube-controller-manager"
	scheduler         = "kube-scheduler"
	kubelet           = "kubelet"
)

// tailLines is how much of a failed component's log goes into the error.
const tailLines = 15

// part is one component of this cluster: how to start it and how to see that it serves.
type part struct {
	name string // "etcd", "kubelet/0"
	dir  string // working directory
	log  string

	// command is the arguments to start with, given flags for this start only.
	command func(flags []string) ([]string, error)
	// ready tells why the part is not ready yet, nil if it is. It is asked again and again.
	ready func(ctx context.Context, started time.Time) error

	child  *process.Child // nil before the first start
	paused bool
}

// running tells whether the part's process is there.
func (p *part) running() bool { return p.child != nil && p.child.Running() }

// start starts the part and waits until it is ready.
func (p *part) start(ctx context.Context, spawner *process.Spawner, flags []string) error {
	if p.running() {
		return fmt.Errorf("%s is already running: kill or stop it first", p.name)
	}
	arguments, err := p.command(flags)
	if err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	started := time.Now()
	if p.child, err = spawner.Start(process.Spec{Args: arguments, Dir: p.dir, Log: p.log}); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	p.paused = false
	return p.await(ctx, started)
}

func (p *part) await(ctx context.Context, started time.Time) error {
	var last error
	for {
		probe, cancel := context.WithTimeout(ctx, 5*time.Second)
		err := p.ready(probe, started)
		cancel()
		if err == nil {
			return nil
		}
		if ctx.Err() == nil || last == nil {
			last = err // Once time is up, every probe says just that; the one before says what is wrong.
		}
		select {
		case <-p.child.Exited():
			return fmt.Errorf("%s ended before it was ready (%s)\n%s", p.name, p.child.ExitState(), p.tail())
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready in time: %w\n%s", p.name, last, p.tail())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// end sends a signal that ends the part and waits for its end.
func (p *part) end(ctx context.Context, signal syscall.Signal) error {
	switch {
	case !p.running():
		return fmt.Errorf("%s is not running", p.name)
	case p.paused && signal != syscall.SIGKILL:
		return fmt.Errorf("%s is paused and cannot react: resume or kill it", p.name)
	}
	if err := p.child.End(ctx, signal); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	p.paused = false
	return nil
}

func (p *part) pause(ctx context.Context) error {
	if !p.running() || p.paused {
		return fmt.Errorf("%s is not running, so it cannot be paused", p.name)
	}
	if err := p.child.Pause(ctx); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	p.paused = true
	return nil
}

func (p *part) resume(ctx context.Context) error {
	if !p.running() || !p.paused {
		return fmt.Errorf("%s is not paused", p.name)
	}
	if err := p.child.Resume(ctx); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	p.paused = false
	return nil
}

// tail is the end of the part's log.
func (p *part) tail() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return fmt.Sprintf("(its log cannot be read: %v)", err)
	}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	lines = lines[max(0, len(lines)-tailLines):]
	return "the end of its log (--keep leaves all of it behind):\n  " + strings.Join(lines, "\n  ")
}
