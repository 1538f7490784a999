//! Reads the front matter of every check's Markdown, so that a malformed or forgotten file fails the build.
//!
//! For each `src/<section>/<check>.md` it writes `$OUT_DIR/<section>/<check>.rs`, an expression of type `Meta`.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const KEYS: [&str; 7] = [
    "id",
    "version",
    "control",
    "kind",
    "severity",
    "title",
    "references",
];
const HEADINGS: [&str; 5] = [
    "What it looks at",
    "Why it matters",
    "How to fix",
    "Limits",
    "Examples",
];

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo:rerun-if-changed=src");
    for section in folders(Path::new("src"))? {
        let name = file_name(&section)?;
        let list = fs::read_to_string(section.join("mod.rs"))?;
        fs::create_dir_all(out.join(&name))?;
        for (stem, extensions) in files(&section)? {
            let at = section.join(&stem);
            if extensions != ["md", "rs"] {
                return Err(format!(
                    "{}: a check is two files, {stem}.rs and {stem}.md; found only {extensions:?}",
                    at.display()
                )
                .into());
            }
            if !list
                .lines()
                .any(|line| line.trim().trim_end_matches(',') == stem)
            {
                return Err(format!("{}: not listed in its section's mod.rs", at.display()).into());
            }
            let markdown = section.join(format!("{stem}.md"));
            let text = fs::read_to_string(&markdown)?;
            let meta = meta(&stem, &name, &markdown, &text)
                .map_err(|error| format!("{}: {error}", markdown.display()))?;
            fs::write(out.join(&name).join(format!("{stem}.rs")), meta)?;
        }
    }
    Ok(())
}

/// Section folders: `s01_authentication` …
fn folders(src: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(src)? {
        let path = entry?.path();
        let name = file_name(&path)?;
        let is_section = name.len() > 4
            && name.starts_with('s')
            && name[1..3].chars().all(|c| c.is_ascii_digit());
        if path.is_dir() && is_section {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

/// Extensions by file stem, `mod.rs` left out.
fn files(section: &Path) -> Result<BTreeMap<String, Vec<String>>, Box<dyn Error>> {
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in fs::read_dir(section)? {
        let name = file_name(&entry?.path())?;
        if let Some((stem, extension)) = name.split_once('.')
            && stem != "mod"
        {
            let extensions = files.entry(stem.to_owned()).or_default();
            extensions.push(extension.to_owned());
            extensions.sort();
        }
    }
    Ok(files)
}

fn file_name(path: &Path) -> Result<String, Box<dyn Error>> {
    let name = path.file_name().and_then(|name| name.to_str());
    Ok(name
        .ok_or_else(|| format!("{}: not UTF-8", path.display()))?
        .to_owned())
}

fn meta(stem: &str, section: &str, path: &Path, text: &str) -> Result<String, Box<dyn Error>> {
    let (front, body) = text
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .ok_or("must begin with front matter between two lines of ---")?;
    let mut fields = BTreeMap::new();
    for line in front.lines() {
        let (key, value) = line
            .split_once(": ")
            .ok_or_else(|| format!("front matter line {line:?} is not `key: value`"))?;
        if !KEYS.contains(&key) {
            return Err(format!("front matter key {key:?} is none of {KEYS:?}").into());
        }
        fields.insert(key, value.trim());
    }
    let field = |key: &str| {
        fields
            .get(key)
            .copied()
            .ok_or_else(|| format!("front matter lacks {key:?}"))
    };
    let id = field("id")?;
    if id != stem.replace('_', "-") {
        return Err(format!("id {id:?} must be the file's name with dashes").into());
    }
    let version: u32 = field("version")?.parse()?;
    let (major, minor) = field("control")?
        .split_once('.')
        .ok_or("control must look like 2.1")?;
    let (major, minor): (u8, u8) = (major.parse()?, minor.parse()?);
    if !section.starts_with(&format!("s{major:02}_")) {
        return Err(format!("control {major}.{minor} does not belong in {section}").into());
    }
    let kind = one_of("kind", field("kind")?, &["Requirement", "Advisory"])?;
    let severity = one_of(
        "severity",
        field("severity")?,
        &["Critical", "High", "Medium", "Low"],
    )?;
    let title = field("title")?;
    let references: Vec<&str> = fields
        .get("references")
        .map(|list| list.split(", ").map(str::trim).collect())
        .unwrap_or_default();
    let sections = sections(body)?;
    let fix = sections.get("How to fix").copied().unwrap_or_default();
    let remediation = fix
        .split("\n\n")
        .next()
        .unwrap_or_default()
        .replace('\n', " ");
    if remediation.trim().is_empty() {
        return Err("`How to fix` must begin with a paragraph that says what to do".into());
    }
    let absolute = fs::canonicalize(path)?;
    let mut code = String::new();
    write!(
        code,
        "crate::check::Meta {{ id: {id:?}, version: {version}, control: assay_catalog::ControlId::new({major}, {minor}), \
         kind: crate::check::CheckKind::{kind}, severity: crate::check::Severity::{severity}, title: {title:?}, \
         references: &{references:?}, remediation: {:?}, markdown: include_str!({:?}) }}",
        remediation.trim(),
        absolute.display().to_string(),
    )?;
    Ok(code)
}

fn one_of<'a>(key: &str, value: &'a str, allowed: &[&str]) -> Result<&'a str, String> {
    if allowed.contains(&value) {
        Ok(value)
    } else {
        Err(format!("{key} {value:?} is none of {allowed:?}"))
    }
}

/// Text under each second-level heading; all of [`HEADINGS`] must be there, in that order, and no other.
fn sections(body: &str) -> Result<BTreeMap<&str, &str>, String> {
    let mut sections = BTreeMap::new();
    let mut order = Vec::new();
    for part in body.split("\n## ").skip(1) {
        let (heading, text) = part.split_once('\n').unwrap_or((part, ""));
        order.push(heading.trim());
        sections.insert(heading.trim(), text.trim());
    }
    if order == HEADINGS {
        Ok(sections)
    } else {
        Err(format!("headings are {order:?}; they must be {HEADINGS:?}"))
    }
}
