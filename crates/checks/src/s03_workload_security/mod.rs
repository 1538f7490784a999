//! Section 3: workloads cannot reach the node, and run what was meant.

crate::checks! { "s03_workload_security":
    privileged_container,
}
