//! `assay access`: who may do what, and by which binding.

mod asked;
mod builtin;
mod review;

use std::process::ExitCode;

use anyhow::Result;
use assay_inventory::{Blind, Inventory, Kind};
use assay_report::{AccessOf, WhoCan};
use chrono::Utc;

use crate::args::{AccessCommand, OfArgs, SourceArgs, WhoCanArgs};
use crate::scan::{live, manifests};
use crate::{TROUBLE, output};
use asked::Asked;

/// What access is made of.
const KINDS: [Kind; 4] = [
    Kind::ClusterRole,
    Kind::ClusterRoleBinding,
    Kind::Role,
    Kind::RoleBinding,
];

/// Namespace of objects in manifests that name none.
const DEFAULT: &str = "default";

pub(crate) fn run(command: &AccessCommand) -> Result<ExitCode> {
    match command {
        AccessCommand::WhoCan(args) => who_can(args),
        AccessCommand::Of(args) => of(args),
        AccessCommand::Review(args) => review::review(args),
        AccessCommand::Diff(args) => review::diff(args),
    }
}

fn who_can(args: &WhoCanArgs) -> Result<ExitCode> {
    let asked = Asked::read(args)?;
    let request = asked.request();
    let (inventory, unread) = look(&args.source)?;
    let answer = inventory.who_can(&request, Utc::now());
    complain(&answer.missing);
    let told = WhoCan::new(&request, &answer, unread);
    output::render(args.source.output, &told, |style| told.table(style))?;
    Ok(exit(told.is_complete()))
}

fn of(args: &OfArgs) -> Result<ExitCode> {
    let identity = asked::subject(&args.subject)?;
    let (inventory, unread) = look(&args.source)?;
    let answer = inventory.access_of(&identity, Utc::now());
    complain(&answer.missing);
    let told = AccessOf::new(&identity, &answer, unread);
    output::render(args.source.output, &told, |style| told.table(style))?;
    Ok(exit(told.is_complete()))
}

/// All roles and bindings there are, and whether something could not be read at all, which has been said.
fn look(source: &SourceArgs) -> Result<(Inventory, bool)> {
    let inputs = source.inputs();
    if inputs.is_empty() {
        let context = source.context.as_deref();
        let inventory = live::look_at(&KINDS, context, source.kubeconfig.as_deref())?;
        return Ok((inventory, false));
    }
    let world = manifests::read(&inputs, DEFAULT, Utc::now());
    Ok((world.inventory, world.trouble))
}

fn complain(missing: &[Blind]) {
    for blind in missing {
        output::complain(&format!(
            "warning: there may be more: {}: {}",
            blind.reason, blind.message
        ));
    }
}

fn exit(complete: bool) -> ExitCode {
    if complete {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(TROUBLE)
    }
}
