//! What the kernel knows of a process.

use anyhow::Context as _;

fn status(pid: u32, field: &str) -> anyhow::Result<u64> {
    let path = format!("/proc/{pid}/status");
    let text = std::fs::read_to_string(&path).with_context(|| format!("{path}: is it running?"))?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(field))
        .with_context(|| format!("{path} has no {field}"))?;
    let number = line.trim_start_matches(':').trim().trim_end_matches(" kB");
    Ok(number.parse()?)
}

/// Memory it holds now, in KiB.
pub(super) fn resident_kib(pid: u32) -> anyhow::Result<u64> {
    status(pid, "VmRSS")
}

/// The most it ever held, in KiB.
pub(super) fn peak_kib(pid: u32) -> anyhow::Result<u64> {
    status(pid, "VmHWM")
}

/// Processor time it has used, in clock ticks (1/100 s).
pub(super) fn cpu_ticks(pid: u32) -> anyhow::Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name in parentheses may hold spaces: count from behind it.
    let fields: Vec<&str> = stat
        .rsplit_once(')')
        .map(|(_, rest)| rest.split_whitespace().collect())
        .unwrap_or_default();
    let number = |at: usize| -> anyhow::Result<u64> {
        Ok(fields.get(at).context("a short /proc/pid/stat")?.parse()?)
    };
    Ok(number(11)? + number(12)?)
}
