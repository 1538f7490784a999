package cluster

// Report is the line that says where everything is.
type Report struct {
	Kubeconfig        string          `json:"kubeconfig"`
	Dir               string          `json:"dir"`
	Apiserver         ServerReport    `json:"apiserver"`
	Etcd              ServerReport    `json:"etcd"`
	ControllerManager ServerReport    `json:"controllerManager"`
	Scheduler         ServerReport    `json:"scheduler"`
	Kubelets          []KubeletReport `json:"kubelets"`
	Version           string          `json:"version"`
}

// ServerReport is where a server listens, on 127.0.0.1. PID is 0 while it is not running.
type ServerReport struct {
	Port int `json:"port"`
	PID  int `json:"pid"`
}

// KubeletReport is where a kubelet listens: on InternalIP. ReadOnlyPort is 0 unless it was asked for.
type KubeletReport struct {
	Name         string `json:"name"`
	Port         int    `json:"port"`
	ReadOnlyPort int    `json:"readOnlyPort"`
	InternalIP   string `json:"internalIP"`
	PID          int    `json:"pid"`
}

func (c *Cluster) report() Report {
	servers, kubelets := c.parts[:4], c.parts[4:]
	report := Report{
		Kubeconfig:        c.adminKubeconfig(),
		Dir:               c.dir,
		Etcd:              ServerReport{c.ports.etcd, servers[0].pid()},
		Apiserver:         ServerReport{c.ports.apiserver, servers[1].pid()},
		ControllerManager: ServerReport{c.ports.controllerManager, servers[2].pid()},
		Scheduler:         ServerReport{c.ports.scheduler, servers[3].pid()},
		Kubelets:          []KubeletReport{},
		Version:           c.options.Version,
	}
	for i, n := range c.nodes {
		report.Kubelets = append(report.Kubelets, KubeletReport{
			Name:         n.name,
			Port:         n.now.Port("port"),
			ReadOnlyPort: n.now.Port("readOnlyPort"),
			InternalIP:   c.network.internalIP(n.number),
			PID:          kubelets[i].pid(),
		})
	}
	return report
}

func (p *part) pid() int {
	if !p.running() {
		return 0
	}
	return p.child.PID()
}
