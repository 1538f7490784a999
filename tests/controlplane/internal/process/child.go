package process

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"time"
)

// Child is a started process.
type Child struct {
	cmd     *exec.Cmd
	ordered atomic.Bool // its end was asked for
	exited  chan struct{}
	state   string // how it ended; readable once exited is closed
}

func watch(cmd *exec.Cmd) *Child {
	c := &Child{cmd: cmd, exited: make(chan struct{})}
	go func() {
		if err := cmd.Wait(); err != nil {
			c.state = err.Error()
		} else {
			c.state = "exit status 0"
		}
		close(c.exited)
	}()
	return c
}

// PID is the child's process id.
func (c *Child) PID() int { return c.cmd.Process.Pid }

// Exited is closed when the child is gone.
func (c *Child) Exited() <-chan struct{} { return c.exited }

// Running tells whether the child is still there, paused or not.
func (c *Child) Running() bool {
	select {
	case <-c.exited:
		return false
	default:
		return true
	}
}

// ExitState says how the child ended, such as "exit status 1" or "signal: killed".
func (c *Child) ExitState() string {
	<-c.exited
	return c.state
}

// Ordered tells whether the child's end was asked for by End; an end that was not is an accident.
func (c *Child) Ordered() bool { return c.ordered.Load() }

// End sends a signal that ends the child and waits until it is gone.
func (c *Child) End(ctx context.Context, signal syscall.Signal) error {
	c.ordered.Store(true)
	if err := c.cmd.Process.Signal(signal); err != nil && c.Running() {
		return fmt.Errorf("send %s to process %d: %w", signal, c.PID(), err)
	}
	select {
	case <-c.exited:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("process %d has not ended after %s: %w", c.PID(), signal, ctx.Err())
	}
}

// Pause freezes the child. It returns when the child is frozen.
func (c *Child) Pause(ctx context.Context) error { return c.freeze(ctx, syscall.SIGSTOP, true) }

// Resume lets a paused child go on.
func (c *Child) Resume(ctx context.Context) error { return c.freeze(ctx, syscall.SIGCONT, false) }

func (c *Child) freeze(ctx context.Context, signal syscall.Signal, frozen bool) error {
	if err := c.cmd.Process.Signal(signal); err != nil {
		return fmt.Errorf("send %s to process %d: %w", signal, c.PID(), err)
	}
	for {
		// Signals are delivered in the kernel's own time; only the state says that it has happened.
		now, err := c.frozen()
		if err != nil {
			return err
		}
		if now == frozen {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("process %d did not react to %s: %w", c.PID(), signal, ctx.Err())
		case <-time.After(time.Millisecond):
		}
	}
}

func (c *Child) frozen() (bool, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.PID()))
	if err != nil {
		return false, fmt.Errorf("read the state of process %d: %w", c.PID(), err)
	}
	// "pid (name) state …", where the name may hold spaces and parentheses itself.
	_, state, found := bytes.Cut(stat[bytes.LastIndexByte(stat, ')')+1:], []byte(" "))
	return found && len(state) > 0 && state[0] == 'T', nil
}
