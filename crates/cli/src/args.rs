//! What can be said on the command line.

use std::path::PathBuf;
use std::sync::LazyLock;

use assay_checks::Severity;
use clap::{Args as Group, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::manifest::Input;

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let version = env!("CARGO_PKG_VERSION");
    format!("{version} (check set {})", assay_checks::check_set())
});

const EXIT_CODES: &str = "\
Exit codes:
  0  no requirement fails at or over --fail-on
  1  one does
  2  something could not be read or done, whatever else was found";

const ACCESS_EXIT_CODES: &str = "\
Exit codes:
  0  the answer is complete
  2  something could not be read or done, so that there may be more";

const REVIEW_EXIT_CODES: &str = "\
Exit codes:
  0  everything is told
  2  something could not be read or done; then nothing is told";

const DIFF_EXIT_CODES: &str = "\
Exit codes:
  0  nothing has changed
  1  something has
  2  something could not be read or done; then nothing is told";

/// Judges Kubernetes by the PCI SSC guidance for containers and container orchestration tools.
///
/// Best practices that are not met point to related PCI DSS requirements. No result says that anyone is compliant.
#[derive(Debug, Parser)]
#[command(name = "assay", version = VERSION.as_str())]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge manifests, or a live cluster where no file is named.
    Scan(ScanArgs),
    /// Explain a check or a control: why, how it is judged, how to fix it.
    Explain(ExplainArgs),
    /// List all checks.
    Checks(ChecksArgs),
    /// Tell who may do what, and by which binding.
    #[command(subcommand)]
    Access(AccessCommand),
}

#[derive(Debug, Group)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct ScanArgs {
    #[command(flatten)]
    inputs: InputArgs,

    /// Namespace of objects that name none
    #[arg(short, long, value_name = "NAME", default_value = "default", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) namespace: String,

    /// Context of the kubeconfig, for a live cluster
    #[arg(long, value_name = "NAME", conflicts_with = "InputArgs")]
    pub(crate) context: Option<String>,

    /// Kubeconfig, for a live cluster; the one that kubectl would use unless given
    #[arg(long, value_name = "FILE", conflicts_with = "InputArgs")]
    pub(crate) kubeconfig: Option<PathBuf>,

    /// Judge by the profile in this file, a `ComplianceProfile`, instead of the default one
    #[arg(long, value_name = "FILE")]
    pub(crate) profile: Option<PathBuf>,

    /// Least severity of a failing requirement that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = FailOn::Low)]
    pub(crate) fail_on: FailOn,

    /// Format of the output
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(crate) output: Format,

    /// Show every finding in the table, not only the first ten of each check
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Group)]
#[group(multiple = true)]
struct InputArgs {
    /// Files and directories with manifests; - for standard input
    #[arg(value_name = "FILE|DIR|-")]
    paths: Vec<PathBuf>,

    /// The same, as kubectl takes them; may be repeated
    #[arg(short, long = "filename", value_name = "FILE|DIR|-")]
    files: Vec<PathBuf>,
}

/// Questions of who may do what. What RBAC grants is told, and what the API server allows system:masters; webhooks, cloud
/// authorizers and the Node authorizer are not asked.
#[derive(Debug, Subcommand)]
pub(crate) enum AccessCommand {
    /// Who may do something: every subject that a binding gives it to.
    WhoCan(WhoCanArgs),
    /// What somebody may do: every rule that reaches them, by their name or by what it implies.
    Of(OfArgs),
    /// What everybody whom a binding names is granted, to be reviewed and kept: see control 2.3. Keep it as JSON.
    Review(ReviewArgs),
    /// What changed since a review, by identity and rule.
    Diff(DiffArgs),
}

#[derive(Debug, Group)]
#[command(after_help = ACCESS_EXIT_CODES)]
pub(crate) struct WhoCanArgs {
    /// Verb, such as get, list, create, impersonate or *
    pub(crate) verb: String,

    /// Resource as pods, pods/exec, deployments.apps or deployments.apps/scale; or a path as /metrics
    #[arg(value_name = "RESOURCE|/PATH")]
    pub(crate) resource: String,

    /// Namespace it is to be done in; every one unless given
    #[arg(short, long, value_name = "NAME")]
    pub(crate) namespace: Option<String>,

    /// Name of the object; every object unless given
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// Subresource, such as exec, log or scale
    #[arg(long, value_name = "NAME")]
    pub(crate) subresource: Option<String>,

    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, Group)]
#[command(after_help = ACCESS_EXIT_CODES)]
pub(crate) struct OfArgs {
    /// user:NAME, group:NAME or sa:NAMESPACE/NAME
    pub(crate) subject: String,

    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, Group)]
#[command(after_help = REVIEW_EXIT_CODES)]
pub(crate) struct ReviewArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

#[derive(Debug, Group)]
#[command(after_help = DIFF_EXIT_CODES)]
pub(crate) struct DiffArgs {
    /// What `assay access review -o json` wrote
    #[arg(value_name = "REVIEW")]
    pub(crate) review: PathBuf,

    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

/// Where roles and bindings are read from.
#[derive(Debug, Group)]
pub(crate) struct SourceArgs {
    /// Files and directories with manifests, - for standard input; a live cluster unless given
    #[arg(short, long = "filename", value_name = "FILE|DIR|-")]
    files: Vec<PathBuf>,

    /// Context of the kubeconfig, for a live cluster
    #[arg(long, value_name = "NAME", conflicts_with = "files")]
    pub(crate) context: Option<String>,

    /// Kubeconfig, for a live cluster; the one that kubectl would use unless given
    #[arg(long, value_name = "FILE", conflicts_with = "files")]
    pub(crate) kubeconfig: Option<PathBuf>,

    /// Format of the output
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(crate) output: Format,
}

#[derive(Debug, Group)]
pub(crate) struct ExplainArgs {
    /// Id of a check, such as cluster-admin-binding, or number of a control, such as 2.1
    pub(crate) id: String,
}

#[derive(Debug, Group)]
pub(crate) struct ChecksArgs {
    /// Format of the output
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    pub(crate) output: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Table,
    /// For programs; its schema is published
    Json,
    /// The same as YAML
    Yaml,
}

/// Which failing requirements count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Critical ones
    Critical,
    /// Critical and high ones
    High,
    /// All but low ones
    Medium,
    /// Any
    Low,
    /// None: exit 0 whatever is found
    Never,
}

impl FailOn {
    /// The least severity that counts; `None` if nothing does.
    pub(crate) const fn threshold(self) -> Option<Severity> {
        match self {
            Self::Critical => Some(Severity::Critical),
            Self::High => Some(Severity::High),
            Self::Medium => Some(Severity::Medium),
            Self::Low => Some(Severity::Low),
            Self::Never => None,
        }
    }
}

impl Args {
    /// Reads the command line as `program`. Ends the process for `--help`, `--version` and what cannot be understood.
    pub(crate) fn read(program: &'static str) -> Self {
        let matches = Self::command().bin_name(program).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

impl ScanArgs {
    /// What to read: each input once, those given with `-f` first.
    pub(crate) fn inputs(&self) -> Vec<Input> {
        inputs(self.inputs.files.iter().chain(&self.inputs.paths))
    }
}

impl SourceArgs {
    /// What to read; nothing for a live cluster.
    pub(crate) fn inputs(&self) -> Vec<Input> {
        inputs(self.files.iter())
    }
}

fn inputs<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> Vec<Input> {
    let mut inputs = Vec::new();
    for path in paths {
        let input = if path.as_os_str() == "-" {
            Input::Stdin
        } else {
            Input::Path(path.clone())
        };
        if !inputs.contains(&input) {
            inputs.push(input);
        }
    }
    inputs
}
