//! What programs take for true and for false: each language has words of its own, and takes others for a mistake.

/// True for Go's `strconv.ParseBool`, and so for flags of programs in Go.
pub(crate) const GO_TRUE: [&str; 6] = ["1", "t", "T", "true", "True", "TRUE"];

/// False for Go's `strconv.ParseBool`.
pub(crate) const GO_FALSE: [&str; 6] = ["0", "f", "F", "false", "False", "FALSE"];

/// True for `gopkg.in/ini.v1`, by which Grafana reads its files, and its variables as well.
pub(crate) const INI_TRUE: [&str; 13] = [
    "1", "t", "T", "true", "True", "TRUE", "y", "yes", "Yes", "YES", "on", "On", "ON",
];
