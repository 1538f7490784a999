//! What admission makes of pods that are tried.

use chrono::TimeDelta;

use super::Facts;
use crate::view::Namespace;
use crate::{AdmissionProbe, Blind, EvidenceKey, EvidenceKind, Reason, Relation, Under};

impl<'a> Facts<'a> {
    /// What admission made of pods that were tried in a namespace as it is now, if that was seen within `max_age`.
    ///
    /// # Errors
    /// [`Blind`] while namespaces cannot be seen, or there is no answer, or none young enough, or only one that was given before
    /// the namespace's labels were what they are.
    pub fn admission_probe(
        &self,
        namespace: &Namespace,
        max_age: TimeDelta,
    ) -> Result<&'a AdmissionProbe, Blind> {
        let key = EvidenceKey::namespace(EvidenceKind::AdmissionProbe, &namespace.meta.name);
        let probe = self.evidence(
            Relation::AdmissionProbe,
            &key,
            max_age,
            pick!(AdmissionProbe),
        )?;
        if probe.under == Under::from(namespace) {
            return Ok(probe);
        }
        // What admission refuses may hang on any label: it is not known which policies select namespaces by which.
        Err(Blind::new(
            Reason::Stale,
            format!(
                "the last good answer of {key} was given before its labels were what they are; it is asked again at once"
            ),
        ))
    }
}
