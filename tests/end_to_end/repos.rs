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

#[test]
fn a_diff_shows_what_a_fix_would_do_and_writes_nothing() {
    let folder = copy();
    let before = folder.read("scripts/pull-events.sh");
    let diff = check(&folder, "scripts", &["--diff"]);
    assert_eq!(diff.code, 1);
    insta::assert_snapshot!("scripts_diff", format!("{}{}", diff.stdout, diff.stderr));
    let all = check(&folder, "scripts", &["--diff", "--unsafe-fixes"]);
    insta::assert_snapshot!(
        "scripts_diff_unsafe",
        format!("{}{}", all.stdout, all.stderr)
    );
    assert_eq!(folder.read("scripts/pull-events.sh"), before);
    assert_eq!(
        check(&folder, "scripts", &["--diff", "--exit-zero"]).code,
        0
    );

    let fixed = check(&folder, "scripts", &["--fix"]);
    insta::assert_snapshot!("scripts_fix_says", fixed.stderr);
    // Nothing is left that it would change, though something is still found.
    let again = check(&folder, "scripts", &["--diff"]);
    assert_eq!((again.code, again.stdout.as_str()), (0, ""));
    assert_eq!(check(&folder, "scripts", &[]).code, 1);
    let zero = check(&folder, "scripts", &["--exit-zero"]);
    assert_eq!(zero.code, 0);
    assert!(zero.stderr.contains(" errors"), "{}", zero.stderr);
}

#[test]
fn warnings_alone_fail_only_where_they_are_denied() {
    let folder = Folder::new();
    folder.write("a.py", "x = 1  # events2logs: ignore E2L203\n");
    let ran = folder.run_in("", &["check", "--no-config"]);
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!(format!("{}{}", ran.stdout, ran.stderr));
    let denied = folder.run_in("", &["check", "--no-config", "--deny-warnings"]);
    assert_eq!(denied.code, 1);
    let fixed = folder.run_in("", &["check", "--no-config", "--fix"]);
    assert_eq!(fixed.code, 0);
    assert_eq!(folder.read("a.py"), "x = 1\n");
}
