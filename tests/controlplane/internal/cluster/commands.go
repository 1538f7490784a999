package cluster

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"syscall"
)

// command is what one line on standard input asks for.
type command struct {
	Command   string   `json:"command"`
	Component string   `json:"component"`
	Flags     []string `json:"flags,omitempty"`
}

// answer is the line that each command gets back.
type answer struct {
	OK        bool   `json:"ok"`
	Command   string `json:"command"`
	Component string `json:"component,omitempty"`
	PID       int    `json:"pid,omitempty"`
	Error     string `json:"error,omitempty"`
}

// parseCommand reads a command, as JSON or as words.
func parseCommand(line string) (command, error) {
	if strings.HasPrefix(line, "{") {
		var parsed command
		if err := json.Unmarshal([]byte(line), &parsed); err != nil {
			return command{Command: line}, fmt.Errorf("command is not valid JSON: %w", err)
		}
		return parsed, nil
	}
	var parsed command
	words := strings.Fields(line)
	if len(words) > 0 {
		parsed.Command = words[0]
	}
	if len(words) > 1 {
		parsed.Component, parsed.Flags = words[1], words[2:]
	}
	return parsed, nil
}

// readLines passes the lines of a stream on and calls ended when it ends. It reads on while a command is carried out,
// so that the end is seen at once.
func readLines(in io.Reader, ended func()) <-chan string {
	lines := make(chan string, 16)
	go func() {
		scanner := bufio.NewScanner(in)
		for scanner.Scan() {
			if line := strings.TrimSpace(scanner.Text()); line != "" {
				lines <- line
			}
		}
		ended()
	}()
	return lines
}

// serve reports the cluster, then carries out commands until ctx ends.
func (c *Cluster) serve(ctx context.Context, lines <-chan string, out io.Writer) error {
	replies := json.NewEncoder(out)
	if err := replies.Encode(c.report()); err != nil {
		return fmt.Errorf("report that the cluster is ready: %w", err)
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case line := <-lines:
			if err := replies.Encode(c.obey(ctx, line)); err != nil {
				return fmt.Errorf("answer %q: %w", line, err)
			}
		}
	}
}

// obey carries out one command and says how it went.
func (c *Cluster) obey(ctx context.Context, line string) any {
	parsed, err := parseCommand(line)
	if err == nil && parsed.Command == "status" {
		return c.report()
	}
	reply := answer{Command: parsed.Command, Component: parsed.Component}
	if err == nil {
		reply.PID, err = c.move(ctx, parsed)
	}
	if err != nil {
		reply.Error = err.Error()
	}
	reply.OK = err == nil
	return reply
}

// move carries out a command on a component. It returns the process id of a component that is left running.
func (c *Cluster) move(ctx context.Context, asked command) (int, error) {
	p, err := c.find(asked.Component)
	if err != nil {
		return 0, err
	}
	if len(asked.Flags) > 0 && asked.Command != "start" {
		return 0, fmt.Errorf("%s takes no flags; start does", asked.Command)
	}
	switch asked.Command {
	case "start":
		err = c.start(ctx, p, asked.Flags)
	case "kill":
		err = c.end(ctx, p, syscall.SIGKILL)
	case "stop":
		err = c.end(ctx, p, syscall.SIGTERM)
	case "pause":
		err = p.pause(ctx)
	case "resume":
		err = p.resume(ctx)
	default:
		err = fmt.Errorf("unknown command %q: it is one of kill, pause, resume, start, status, stop", asked.Command)
	}
	if err != nil || !p.running() {
		return 0, err
	}
	return p.child.PID(), nil
}

func (c *Cluster) find(name string) (*part, error) {
	names := make([]string, 0, len(c.parts))
	for _, p := range c.parts {
		if p.name == name {
			return p, nil
		}
		names = append(names, p.name)
	}
	return nil, fmt.Errorf("no component %q: this cluster has %s", name, strings.Join(names, ", "))
}
