// Package process runs children that cannot outlive this process, however it ends.
package process

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
)

// Spawner starts children tied to this process's life.
type Spawner struct {
	lifeline *os.File    // read end, given to every child
	life     *os.File    // write end, closed by the kernel when this process is gone
	jobs     chan func() // run on the one thread whose end would kill the children
}

// NewSpawner makes a spawner. It lasts as long as the process.
func NewSpawner() (*Spawner, error) {
	lifeline, life, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("pipe by which children see this process end: %w", err)
	}
	s := &Spawner{lifeline: lifeline, life: life, jobs: make(chan func())}
	go func() {
		// The parent-death signal comes when the *thread* that forked ends, and Go ends idle threads. This one is
		// kept for good.
		runtime.LockOSThread()
		for job := range s.jobs {
			job()
		}
	}()
	return s, nil
}

// Spec describes a child: this same program with other arguments.
type Spec struct {
	Args []string
	Dir  string // working directory
	Log  string // file that its output is appended to
}

// Start starts a child.
func (s *Spawner) Start(spec Spec) (*Child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program's own file to start a component from: %w", err)
	}
	log, err := os.OpenFile(spec.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open log file: %w", err)
	}
	defer log.Close()

	cmd := exec.Command(self, spec.Args...)
	cmd.Dir = spec.Dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{s.lifeline}
	cmd.Env = append(os.Environ(), lifelineEnv+"="+strconv.Itoa(lifelineFD))
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Pdeathsig: syscall.SIGKILL,
		// Out of the terminal's foreground group: Ctrl-C is for the parent, which ends the rest in order.
		Setpgid: true,
	}
	if err := s.run(cmd); err != nil {
		return nil, err
	}
	return watch(cmd), nil
}

// RemoveAtEnd has dir removed when this process is gone, even by SIGKILL.
//
// A shell waits for that rather than a copy of this program, which would take 60 MB to do so. It is in a session of
// its own, and ignores what a terminal sends.
func (s *Spawner) RemoveAtEnd(dir string) error {
	const script = `trap "" HUP INT TERM
cat >/dev/null
tries=0
while [ -e "$1" ] && [ $tries -lt 50 ]; do
	rm -rf -- "$1"
	tries=$((tries + 1))
	sleep 0.1
done`
	cmd := exec.Command("/bin/sh", "-c", script, "controlplane-cleanup", dir)
	cmd.Dir = "/"
	cmd.Stdin = s.lifeline
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := s.run(cmd); err != nil {
		return fmt.Errorf("start the shell that removes %s at the end: %w", dir, err)
	}
	return nil
}

func (s *Spawner) run(cmd *exec.Cmd) error {
	result := make(chan error)
	s.jobs <- func() { result <- cmd.Start() }
	if err := <-result; err != nil {
		return fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return nil
}
