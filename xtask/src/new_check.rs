//! Scaffolds a check.

use std::fs;

use anyhow::{Context as _, bail, ensure};
use assay_catalog::ControlId;

use crate::shell::root;

/// Scaffolds a check.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The control it judges, such as 2.1.
    control: ControlId,
    /// Its id in kebab-case, such as `cluster-admin-binding`.
    id: String,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let (section, control) = assay_catalog::control(args.control)
        .with_context(|| format!("there is no control {}", args.control))?;
    let well_formed = args.id.split('-').all(|word| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    });
    ensure!(well_formed, "{:?} is not kebab-case, like some-id", args.id);
    ensure!(
        assay_checks::find(&args.id).is_none(),
        "there is a check {} already",
        args.id
    );
    let module = args.id.replace('-', "_");
    let folder = format!("s{}", section.slug.replace('-', "_"));
    let path = root().join("crates/checks/src").join(&folder);
    let list = path.join("mod.rs");
    if !list.exists() {
        fs::create_dir_all(&path)?;
        let intent = section.title.to_lowercase();
        let text = format!(
            "//! Section {}: {intent}.\n\ncrate::checks! {{ \"{folder}\":\n}}\n",
            section.number
        );
        fs::write(&list, text)?;
        eprintln!(
            "wrote crates/checks/src/{folder}/mod.rs; name the module in crates/checks/src/lib.rs, twice"
        );
    }
    let text = fs::read_to_string(&list)?;
    fs::write(&list, with_line(&text, &module)?)?;
    fs::write(path.join(format!("{module}.rs")), code())?;
    fs::write(
        path.join(format!("{module}.md")),
        markdown(&args.id, args.control, control.title),
    )?;
    eprintln!(
        "wrote crates/checks/src/{folder}/{module}.rs and .md, and listed them\n\
         next: write the examples first, see them fail with `cargo test --workspace --test examples`, then the function"
    );
    Ok(())
}

/// The list with one more name, in order.
fn with_line(list: &str, module: &str) -> anyhow::Result<String> {
    let (head, rest) = list
        .split_once("crate::checks! {")
        .context("mod.rs holds no `crate::checks!`")?;
    let (open, rest) = rest
        .split_once('\n')
        .context("checks! stands on one line")?;
    let Some((body, tail)) = rest.split_once('}') else {
        bail!("checks! is not closed");
    };
    let mut names: Vec<&str> = body
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    names.push(module);
    names.sort_unstable();
    let names: Vec<String> = names.iter().map(|name| format!("    {name},")).collect();
    let names = names.join("\n");
    Ok(format!("{head}crate::checks! {{{open}\n{names}\n}}{tail}"))
}

fn code() -> String {
    "//! Why this matters, in one sentence.\n\n\
     use assay_inventory::Workload;\n\n\
     use crate::judging::{containers, in_container};\n\
     use crate::{Cx, Judge, Judgement, Rule};\n\n\
     pub(super) const RULE: Rule = Rule::new(&[], Judge::Workload(judge));\n\n\
     fn judge(workload: &Workload, _cx: &Cx<'_>) -> Judgement {\n    \
         Ok(containers(\n        \
             workload,\n        \
             \"say what to do\",\n        \
             |_, container| {\n            \
                 (container.name.as_ref() == \"the-field-that-violates\")\n                \
                     .then(|| in_container(container, \"name\", container.name.to_string()))\n        \
             },\n    \
         ))\n}\n"
        .to_owned()
}

fn markdown(id: &str, control: ControlId, title: &str) -> String {
    format!(
        "---\nid: {id}\nversion: 1\ncontrol: {control}\nkind: Advisory\nseverity: Medium\ntitle: What a finding means, in a few words\n---\n\
         # What a finding means, in a few words\n\n\
         ## What it looks at\nFields and kinds. The control is: {title}.\n\n\
         ## Why it matters\nWhat an attacker gains.\n\n\
         ## How to fix\nThe first paragraph is shown with each finding.\n\n\
         ## Limits\nWhat it cannot see.\n\n\
         ## Examples\n\
         ```yaml,fail\n# => the message, word for word\n```\n\
         ```yaml,pass\n```\n\
         ```yaml,unknown\n# blind: Pod\n# => Forbidden: may not list and watch pods (API group core): grant both verbs in Assay's ClusterRole\n\
         apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: shop}}\nspec: {{template: {{spec: {{containers: [{{name: app, image: a}}]}}}}}}\n```\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_listed_in_order() {
        let list = "//! Doc.\n\ncrate::checks! { \"s02\":\n    a,\n    c,\n}\n";
        assert_eq!(
            with_line(list, "b").unwrap(),
            "//! Doc.\n\ncrate::checks! { \"s02\":\n    a,\n    b,\n    c,\n}\n"
        );
    }
}
