package process

import (
	"io"
	"os"
	"strconv"
)

// lifelineEnv names the file descriptor on which a child sees its parent go.
const lifelineEnv = "CONTROLPLANE_LIFELINE_FD"

// lifelineFD is what exec.Cmd gives the first of its ExtraFiles.
const lifelineFD = 3

// DieWithParent makes this process exit when the process that started it is gone.
//
// The kernel's parent-death signal does the same but is lost in some sandboxes; the read end of a pipe, whose write
// end only the parent holds, is not. A process that was not started by this package is left alone.
func DieWithParent() {
	fd, err := strconv.Atoi(os.Getenv(lifelineEnv))
	if err != nil {
		return
	}
	os.Unsetenv(lifelineEnv)
	lifeline := os.NewFile(uintptr(fd), "lifeline")
	go func() {
		io.Copy(io.Discard, lifeline)
		os.Exit(1)
	}()
}
