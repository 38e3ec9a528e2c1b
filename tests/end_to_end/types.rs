//! `types`.

use crate::command::{Folder, run};

fn types(arguments: &[&str]) -> String {
    let ran = run([&["types"], arguments].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{arguments:?}");
    ran.stdout
}

#[test]
fn by_either_name() {
    insta::assert_snapshot!("by_legacy_name", types(&["core.user_auth.login_"]));
    insta::assert_snapshot!("by_event_type", types(&["user.session.start"]));
    insta::assert_snapshot!("by_pattern", types(&["app.*.agent.d*"]));
    insta::assert_snapshot!("without_a_legacy_type", types(&["user.risk.detect"]));
    insta::assert_snapshot!("without_a_successor", types(&["iwa.ping"]));
}

#[test]
fn as_json() {
    let found: Vec<serde_json::Value> =
        serde_json::from_str(&types(&["core.user_auth.login_failed", "--format", "json"])).unwrap();
    insta::assert_json_snapshot!(found);
}

#[test]
fn all_of_them() {
    assert_eq!(types(&[]).lines().count(), 1263);
    let all: Vec<serde_json::Value> = serde_json::from_str(&types(&["--format", "json"])).unwrap();
    assert_eq!(all.len(), 1263);
}

#[test]
fn none() {
    let ran = run(["types", "no.such.type"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert_eq!(ran.stderr, "no event type matches no.such.type\n");
    let ran = run(["types", "no.such.type", "--format", "json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, "[]\n"));
}

#[test]
fn with_own_rows() {
    let folder = Folder::new();
    folder.write(
        "own.csv",
        "legacy_event_type,event_type\napp.acme.export,app.acme.exported\n",
    );
    let ran = folder.run(&["types", "acme", "--mappings", "@own.csv"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stdout, "app.acme.export  →  app.acme.exported\n");
}
