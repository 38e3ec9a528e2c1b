//! `check` over whole repositories: what is found, in every format, and what a fix leaves.

use std::path::Path;

use crate::command::{Folder, tree};

const REPOSITORIES: [&str; 3] = ["python-terraform", "detections", "scripts"];

/// Files that hold nothing to act on: prose, filters of other APIs, valid code.
const SILENT: [&str; 12] = [
    "python-terraform/README.md",
    "python-terraform/poller/counts.py",
    "python-terraform/poller/users.py",
    "python-terraform/infra/variables.tf",
    "detections/README.md",
    "detections/sigma/session.yml",
    "detections/panther/okta_session.py",
    "detections/splunk/sessions.spl",
    "scripts/users.sh",
    "scripts/Get-Users.ps1",
    "scripts/group-rules.yaml",
    "scripts/notes.txt",
];

/// A copy of the repositories.
fn copy() -> Folder {
    let folder = Folder::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/repos");
    for (path, content) in tree(&root) {
        folder.write(path.to_str().unwrap(), content);
    }
    folder
}

/// Checks one repository; the day is fixed, and settings from above are not read.
fn check(folder: &Folder, repository: &str, arguments: &[&str]) -> crate::command::Ran {
    let all = ["check", "--no-config", "--now", "2026-11-23T00:00:00Z"];
    folder.run_in(repository, &[&all, arguments].concat())
}

#[test]
fn findings_as_text() {
    let folder = copy();
    for repository in REPOSITORIES {
        let ran = check(&folder, repository, &[]);
        assert_eq!(ran.code, 1, "{repository}");
        let name = format!("{repository}_as_text");
        insta::assert_snapshot!(name, format!("{}{}", ran.stdout, ran.stderr));
    }
}

#[test]
fn findings_in_every_other_format() {
    let folder = copy();
    let mut count = None;
    for format in ["json", "jsonl", "sarif", "github", "junit"] {
        let ran = check(&folder, "scripts", &["--quiet", "--format", format]);
        assert_eq!((ran.code, ran.stderr.as_str()), (1, ""), "{format}");
        let version = env!("CARGO_PKG_VERSION");
        let printed = ran.stdout.replace(version, "VERSION");
        insta::assert_snapshot!(format!("scripts_as_{format}"), printed);
        let found = match format {
            "json" => serde_json::from_str::<Vec<serde_json::Value>>(&ran.stdout)
                .unwrap()
                .len(),
            "sarif" => {
                let sarif: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
                sarif["runs"][0]["results"].as_array().unwrap().len()
            }
            "jsonl" | "github" => ran.stdout.lines().count(),
            _ => continue,
        };
        assert_eq!(*count.get_or_insert(found), found, "{format}");
    }
}

#[test]
fn after_every_fix_only_what_needs_a_person_is_left() {
    let folder = copy();
    for repository in REPOSITORIES {
        let fix = ["--quiet", "--fix", "--unsafe-fixes"];
        check(&folder, repository, &fix);
        let fixed = tree(&folder.path(repository));
        let second = check(&folder, repository, &["--format", "jsonl"]);
        for line in second.stdout.lines() {
            let finding: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(finding["fix"].is_null(), "a fix is left: {line}");
        }
        let ran = check(&folder, repository, &[]);
        let name = format!("{repository}_after_fixing");
        insta::assert_snapshot!(name, format!("{}{}", ran.stdout, ran.stderr));
        check(&folder, repository, &fix);
        assert_eq!(tree(&folder.path(repository)), fixed, "{repository}");
    }
}

#[test]
fn files_that_hold_nothing_stay_silent() {
    let folder = copy();
    for path in SILENT {
        let before = folder.read(path);
        let (repository, name) = path.split_once('/').unwrap();
        let ran = check(&folder, repository, &["--deny-warnings", name]);
        assert_eq!(ran.code, 0, "{path}:\n{}", ran.stdout);
        let fix = ["--deny-warnings", "--fix", "--unsafe-fixes", name];
        check(&folder, repository, &fix);
        assert_eq!(folder.read(path), before, "{path}");
    }
}
