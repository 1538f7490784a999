//! A `ServiceAccount` with an administrator's rights that no pod uses is most often somebody's login.

use assay_inventory::view::{Binding, ServiceAccount};
use assay_inventory::{Blind, Identity, ListedSecret, ObjectKey, Relation, Sought};

use crate::listed_secrets::{by_type, listed};
use crate::{Cx, Judge, Judgement, Outcome, Rule, Violation, granted, power};

pub(super) const RULE: Rule = Rule::new(
    &[Relation::Grants, Relation::Pods, Relation::SecretTypes],
    Judge::ServiceAccount(judge),
);

const TOKEN: Sought = Sought::ServiceAccountToken;

fn judge(account: &ServiceAccount, cx: &Cx<'_>) -> Judgement {
    let meta = &account.meta;
    // What the whole crowd of accounts holds is reported where it is bound.
    let own = Identity::ServiceAccount(ObjectKey::new(meta.namespace.clone(), meta.name.clone()));
    let Some(binding) = administers(&own, cx)? else {
        return Ok(Outcome::NotApplicable("holds no administrator's role"));
    };
    let pods = cx.pods(&meta.namespace)?;
    if pods.iter().any(|pods| *pods.service_account == meta.name) {
        return Ok(Outcome::Pass);
    }
    let tokens = tokens(account, cx);
    let (looks, what) = match tokens.first() {
        Some(secret) => (
            format!(", and Secret {} is named like a token of its own", secret.name),
            "the binding and the Secret",
        ),
        None => (String::new(), "the binding"),
    };
    Ok(Outcome::Fail(Box::new(Violation {
        details: tokens
            .into_iter()
            .map(|secret| by_type(secret, TOKEN))
            .collect(),
        ..Violation::new(format!(
            "ServiceAccount {}/{}: {} gives it roleRef {}, and no pod of its namespace uses it, as if it were somebody's login{looks}; give people an identity of their own, and delete {what}",
            meta.namespace,
            meta.name,
            granted::title(binding),
            binding.role.name,
        ))
    })))
}

/// Tokens of its namespace that are named as its own would be, where the profile has Secrets listed. Whose they are, a list does
/// not tell; whether there are any decides nothing.
fn tokens<'a>(account: &ServiceAccount, cx: &Cx<'a>) -> Vec<&'a ListedSecret> {
    let meta = &account.meta;
    let Ok(listed) = listed(cx) else {
        return Vec::new();
    };
    let is_named_like_one = |secret: &&ListedSecret| {
        let rest = secret.name.strip_prefix(meta.name.as_ref());
        rest.is_some_and(|rest| rest == "-token" || rest.starts_with("-token-"))
    };
    let all = listed.of(&meta.namespace, TOKEN).iter();
    all.filter(is_named_like_one).collect()
}

/// The first binding by which this account holds everything, `admin` or `edit`.
fn administers<'a>(own: &Identity, cx: &Cx<'a>) -> Result<Option<&'a Binding>, Blind> {
    let built_in = |binding: &Binding| {
        binding.role.cluster
            && ["cluster-admin", "admin", "edit"].contains(&binding.role.name.as_ref())
    };
    let names = own.implied();
    let names_it = |binding: &Binding| {
        let mut subjects = binding.subjects.iter();
        subjects.any(|subject| names.iter().take(2).any(|it| *it == Identity::of(subject)))
    };
    Ok(cx
        .grants(own)?
        .iter()
        .filter(|grant| names_it(grant.binding))
        .find(|grant| {
            let everything = grant
                .role
                .is_some_and(|role| role.rules.iter().any(power::is_everything));
            everything || built_in(grant.binding)
        })
        .map(|grant| grant.binding))
}
