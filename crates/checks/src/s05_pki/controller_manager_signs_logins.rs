//! A login that nothing signs need not be revoked.

use assay_inventory::view::{Component, Flag, Flags};

use crate::control_plane::{READS, Wrong, instances, wrong};
use crate::{Cx, Judge, Judgement, Rule};

pub(super) const RULE: Rule = Rule::new(READS, Judge::Cluster(judge));

/// The controller, as it is called now and as it was called before.
const SIGNER: [&str; 2] = ["certificatesigningrequest-signing-controller", "csrsigning"];
/// Without the file of a signer, or of all, there is nothing to sign with.
const FILES: [Flag; 3] = [
    Flag::ClusterSigningCertFile,
    Flag::ClientSigningCertFile,
    Flag::LegacySigningCertFile,
];

fn judge(cx: &Cx<'_>) -> Judgement {
    let told = cx.beside_api_servers(Component::ControllerManager, cx.params.max_evidence_age);
    let fix = "name signing files for kubelets alone if people sign in otherwise";
    instances(told, "whether it signs client certificates", fix, signs)
}

fn signs(flags: &Flags) -> Option<Wrong> {
    if !runs_signer(flags) {
        return None;
    }
    let file = FILES.into_iter().find(|file| flags.is_set(*file))?;
    Some(wrong(flags, file))
}

/// As the controller manager decides: the first word about it counts, then the star.
fn runs_signer(flags: &Flags) -> bool {
    let about = |word: &str| {
        let off = word.strip_prefix('-');
        SIGNER.contains(&off.unwrap_or(word)).then_some(off.is_none())
    };
    let mut words = flags.list(Flag::Controllers);
    let said = flags.list(Flag::Controllers).find_map(about);
    said.unwrap_or_else(|| words.any(|word| word == "*"))
}
