//! `rewrite` and `explain`: each fixture by itself, invariants first, then the snapshot.

use std::path::{Path, PathBuf};

use crate::command::{Folder, run, run_with_stdin};

/// The fixtures of a folder, by name, with their text.
fn fixtures(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/queries")
        .join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            (name, text.strip_suffix('\n').unwrap().to_owned())
        })
        .collect()
}

/// What a person sees for each fixture of a folder, as one text.
fn seen(folder: &str, check: impl Fn(&str, &crate::command::Ran)) -> String {
    let fixtures = fixtures(folder);
    let mut text = String::new();
    for (name, query) in fixtures {
        let ran = run(["rewrite", "--", &query]);
        check(&name, &ran);
        text.push_str(&format!(
            "=== {name} (exit {})\n{query}\n--- stdout\n{}--- stderr\n{}\n",
            ran.code, ran.stdout, ran.stderr
        ));
    }
    text
}

#[test]
fn what_can_be_rewritten() {
    assert!(fixtures("ok").len() >= 40);
    insta::assert_snapshot!(seen("ok", |name, ran| {
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        let nothing = name.contains("never") || name.contains("empty") && name.contains("window");
        assert_eq!(ran.stdout.is_empty(), nothing, "{name}");
        assert!(!ran.stdout.contains("/api/v1/events"), "{name}");
    }));
}

#[test]
fn what_cannot() {
    assert!(fixtures("err").len() >= 40);
    insta::assert_snapshot!(seen("err", |name, ran| {
        assert_ne!(ran.code, 0, "{name}");
        assert_eq!(ran.stdout, "", "{name}");
        assert!(!ran.stderr.is_empty(), "{name}");
    }));
}

#[test]
fn json_says_the_same() {
    for (name, query) in fixtures("ok").into_iter().chain(fixtures("err")) {
        let text = run(["rewrite", "--", &query]);
        let ran = run(["rewrite", "--format", "json", "--", &query]);
        assert_eq!((ran.code, ran.stderr.as_str()), (text.code, ""), "{name}");
        let lines: Vec<&str> = ran.stdout.lines().collect();
        assert_eq!(lines.len(), 1, "{name}");
        let object: serde_json::Value = serde_json::from_str(lines[0]).unwrap();
        assert_eq!(object["input"], query.as_str(), "{name}");
        let printed: Vec<&str> = object["requests"]
            .as_array()
            .unwrap()
            .iter()
            .map(|request| request["query"].as_str().unwrap())
            .collect();
        assert_eq!(printed, text.stdout.lines().collect::<Vec<_>>(), "{name}");
    }
}

#[test]
fn json_of_one() {
    let query = r#"published gt "2017-10-01T00:00:00.000Z" and action.objectType eq "core.user_auth.login_failed""#;
    let ran = run(["rewrite", "--format", "json", query]);
    let object: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    insta::assert_json_snapshot!(object);
    let broken = run(["rewrite", "--format", "json", "a eqq 1"]);
    let object: serde_json::Value = serde_json::from_str(&broken.stdout).unwrap();
    insta::assert_json_snapshot!("json_of_a_broken_one", object);
}

#[test]
fn the_old_defaults_counted_back_from_now() {
    let seen: Vec<String> = [
        "https://example.okta.com/api/v1/events",
        r#"https://example.okta.com/api/v1/events?filter=target.id eq "00u1""#,
        r#"action.objectType eq "policy.created""#,
        r#"published gt "2018-01-01" and action.objectType eq "policy.created""#,
    ]
    .into_iter()
    .map(|query| {
        let ran = run(["rewrite", "--now", "2026-11-23T00:00:00Z", query]);
        assert_eq!(ran.code, 0);
        format!("{query}\n{}{}", ran.stdout, ran.stderr)
    })
    .collect();
    insta::assert_snapshot!(seen.join("\n"));
}

#[test]
fn strategies_and_requirements() {
    let query =
        r#"published gt "2017-10-01" and action.objectType eq "core.user_auth.login_failed""#;
    let wider = run(["rewrite", "--quiet", "--require", "exact", query]);
    assert_eq!((wider.code, wider.stderr.as_str()), (1, ""));
    assert!(wider.stdout.contains("eventType"));
    let exact = run([
        "rewrite",
        "--quiet",
        "--require",
        "exact",
        "--strategy",
        "exact",
        query,
    ]);
    assert_eq!((exact.code, exact.stderr.as_str()), (0, ""));
    assert_eq!(
        exact.stdout,
        "since=2017-10-01T00:00:00.000Z&filter=legacyEventType eq \"core.user_auth.login_failed\"\n"
    );
}

#[test]
fn one_query_a_line_from_stdin() {
    let input = "target.id eq \"00u1\"\n\naction.objectType eqq \"x\"\ntarget.id eq \"00u2\"\n";
    let ran = run_with_stdin(["rewrite"], input.as_bytes());
    assert_eq!(ran.code, 2);
    assert_eq!(ran.stdout, "target.id eq \"00u1\"\ntarget.id eq \"00u2\"\n");
    insta::assert_snapshot!(ran.stderr);
}

#[test]
fn own_types_are_rewritten_too() {
    let folder = Folder::new();
    folder.write(
        "own.csv",
        "legacy_event_type,event_type\napp.acme.export,acme.exported\n",
    );
    let ran = folder.run(&[
        "rewrite",
        "--quiet",
        "--mappings",
        "@own.csv",
        "action.objectType eq \"app.acme.export\"",
    ]);
    assert_eq!(ran.stdout, "eventType eq \"acme.exported\"\n");
}

#[test]
fn hostile_queries_are_refused() {
    let deep = format!("{}target.id pr{}", "(".repeat(100_000), ")".repeat(100_000));
    let long = format!("target.id eq \"{}\"", "x".repeat(10_000_000));
    for query in [deep, long] {
        let ran = run_with_stdin(["rewrite"], query.as_bytes());
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.contains("error:"));
    }
}

#[test]
fn explain() {
    let mut text = String::new();
    for name in [
        "core.user_auth.login_failed",
        "iwa.ping",
        "user.session.start",
        "callback.verify",
        "user.risk.detect",
        "app.oauth2.as.token.detect_reuse",
        "action.requestUri",
        "action.categories",
        "target.id",
        "published",
        "debugContext.debugData.requestUri",
        "debugContext.debugData.factor",
        "outcome.result",
    ] {
        let ran = run(["explain", name]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{name}");
        text.push_str(&format!("=== {name}\n{}\n", ran.stdout));
    }
    insta::assert_snapshot!(text);
    let unknown = run(["explain", "no.such.thing"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (1, ""));
}

/// What the README shows of `rewrite` is what it prints.
#[test]
fn the_readme_shows_what_is_printed() {
    let readme = include_str!("../../README.md");
    for query in [
        r#"published gt "2017-10-01T00:00:00.000Z" and action.objectType eq "core.user_auth.login_failed""#,
        "https://example.okta.com/api/v1/events?startDate=2017-10-01&limit=500",
    ] {
        assert!(readme.contains(&format!("events2logs rewrite '{query}'")));
        let ran = run(["rewrite", query]);
        assert!(
            readme.contains(&format!("```\n{}```", ran.stdout)),
            "{}",
            ran.stdout
        );
        if query.starts_with("published") {
            assert!(
                readme.contains(&format!("```\n{}```", ran.stderr)),
                "{}",
                ran.stderr
            );
        }
    }
}
