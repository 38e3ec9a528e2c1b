//! The options of convert.

use crate::command::{Folder, event, run};

#[test]
fn unknown_types_are_kept_or_rejected() {
    let folder = Folder::new();
    let unknown = event("a").replace("core.user_auth.session_clear", "app.acme.export");
    folder.write("in.json", format!("{unknown}\n{}", event("b")));
    let kept = folder.run(&["convert", "@in.json", "-o", "@kept"]);
    assert_eq!(kept.code, 0, "{}", kept.stderr);
    assert!(
        folder
            .read("kept/in.ndjson")
            .contains("\"eventType\":\"app.acme.export\"")
    );
    let rejected = folder.run(&[
        "convert",
        "@in.json",
        "-o",
        "@rejected",
        "--unknown-types",
        "reject",
    ]);
    assert_eq!(rejected.code, 1);
    insta::assert_snapshot!([kept.stderr, rejected.stderr].join("\n"));
}

#[test]
fn own_mappings_count_before_the_shipped_ones() {
    let folder = Folder::new();
    folder.write("in.json", event("a"));
    folder.write(
        "own.csv",
        "legacy_event_type,event_type,outcome_result,severity\n\
         core.user_auth.session_clear,acme.session.clear,FAILURE,ERROR\n",
    );
    let ran = folder.run(&[
        "convert",
        "@in.json",
        "-o",
        "@out",
        "--mappings",
        "@own.csv",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let out = folder.read("out/in.ndjson");
    assert!(
        out.contains("\"eventType\":\"acme.session.clear\""),
        "{out}"
    );
    assert!(out.contains("\"severity\":\"ERROR\""), "{out}");

    folder.write(
        "bad.csv",
        "legacy_event_type,event_type,outcome_result\na,b,MAYBE\n",
    );
    let bad = folder.run(&[
        "convert",
        "@in.json",
        "-o",
        "@none",
        "--mappings",
        "@bad.csv",
    ]);
    let gone = folder.run(&[
        "convert",
        "@in.json",
        "-o",
        "@none",
        "--mappings",
        "@gone.csv",
    ]);
    assert_eq!((bad.code, gone.code), (2, 2));
    assert!(!folder.path("none").exists());
    insta::assert_snapshot!([bad.stderr, gone.stderr].join("\n"));
}

#[test]
fn own_rows_and_options_are_accounted_for() {
    let folder = Folder::new();
    folder.write("in.json", format!("{}\n7\n", event("a")));
    let mut own =
        "legacy_event_type,event_type\ncore.user_auth.session_clear,acme.clear\n".to_owned();
    for number in 10..22 {
        own.push_str(&format!("acme.never.{number},acme.never\n"));
    }
    folder.write("own.csv", &own);
    let arguments = [
        "convert",
        "@in.json",
        "-o",
        "@out",
        "--mappings",
        "@own.csv",
    ];
    let ran = folder.run(&[&arguments[..], &["--unknown-types", "reject"]].concat());
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    insta::assert_snapshot!(ran.stderr);
    let manifest = folder.manifest("out");
    assert_eq!(
        manifest["options"],
        serde_json::json!({"unknown_types": "reject", "omit_nulls": false})
    );
    assert_eq!(
        folder.redact(manifest["mappings"][0]["name"].as_str().unwrap()),
        "DIR/own.csv"
    );
    assert_eq!(
        manifest["mappings"][0]["sha256"].as_str().unwrap().len(),
        64
    );
    assert_eq!(
        manifest["rejects_by_reason"],
        serde_json::json!({"not-an-object": 1})
    );
    assert_eq!(manifest["totals"]["inputs_with_problems"], 0);
}

#[test]
fn without_nulls() {
    let folder = Folder::new();
    folder.write("in.json", event("a"));
    let ran = folder.run(&[
        "convert",
        "@in.json",
        "-o",
        "@out",
        "--omit-nulls",
        "--quiet",
    ]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(!folder.read("out/in.ndjson").contains("null"));
}

#[test]
fn wrong_usage() {
    let said: Vec<String> = [
        &["convert", "fixtures/archive"][..],
        &["convert", "-", "-o", "out", "--rejects", "x"],
        &["convert", "-", "--jobs", "0"],
        &["convert", "-", "--unknown-types", "guess"],
        &["frobnicate"],
    ]
    .into_iter()
    .map(|arguments| {
        let ran = run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        ran.stderr
    })
    .collect();
    insta::assert_snapshot!(said.join("\n----\n"));
}

#[test]
fn help() {
    let help: Vec<String> = [
        &["--help"][..],
        &["convert", "--help"],
        &["restore", "--help"],
        &["rewrite", "--help"],
        &["compare", "--help"],
        &["types", "--help"],
        &["explain", "--help"],
    ]
    .into_iter()
    .map(|arguments| {
        let ran = run(arguments);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{arguments:?}");
        ran.stdout
    })
    .collect();
    insta::assert_snapshot!(help.join("\n----\n"));
}

#[test]
fn the_summary_as_json() {
    let folder = Folder::new();
    let unknown = event("x").replace("core.user_auth.session_clear", "app.acme.\u{9b}export");
    folder.write(
        "in/a.json",
        format!("{}\n{unknown}\n{{\"cut\":\n", event("a")),
    );
    folder.write("in/empty.json", "");
    let ran = folder.run(&["convert", "@in", "-o", "@out", "--summary", "json", "-q"]);
    assert_eq!(ran.code, 1);
    let summary: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    insta::assert_json_snapshot!("summary_as_json", summary);
    // Events that go to stdout leave it none: it is the last line of the rest.
    let ran = folder.run(&["convert", "@in", "-o", "-", "--summary", "json"]);
    let last = ran.stderr.lines().last().unwrap();
    let to_stdout: serde_json::Value = serde_json::from_str(last).unwrap();
    assert_eq!(to_stdout["types"], summary["types"]);
    assert!(to_stdout.get("output").is_none());
    assert!(!last.contains('\u{9b}'), "{last}");
    assert_eq!(ran.stdout.lines().count(), 2);
    let ran = folder.run(&["restore", "@out", "-o", "@legacy", "--summary", "json"]);
    let summary: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        (&summary["action"], &summary["converted"]),
        (&"restore".into(), &2.into())
    );
    assert!(summary.get("types").is_none());
}

#[test]
fn an_input_of_which_nothing_is_left_is_told_with_what_may_help() {
    let folder = Folder::new();
    let wrapped = |id: &str| {
        let raw = serde_json::to_string(&event(id)).unwrap();
        format!("{{\"preview\":false,\"result\":{{\"_raw\":{raw}}}}}\n")
    };
    folder.write(
        "in/splunk/export.json",
        ["a", "b", "c"].map(wrapped).concat(),
    );
    folder.write("in/some.json", format!("{}\n{{}}\n", event("x")));
    let ran = folder.run(&["convert", "@in", "-o", "@out"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let rejected = ran.stderr.split("Rejected\n").nth(1).unwrap();
    insta::assert_snapshot!(rejected.split("\n\n").next().unwrap());
    // What it says helps.
    let unwrap = [
        "convert",
        "@in/splunk",
        "-o",
        "@unwrapped",
        "--unwrap",
        "/result/_raw",
    ];
    let ran = folder.run(&unwrap);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}
