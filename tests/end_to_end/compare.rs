//! `compare`.

use crate::command::{Folder, run};

const LEGACY: &str = r#"action.objectType eq "core.user_auth.login_failed""#;

#[test]
fn a_rewrite_by_hand_and_what_it_finds_besides() {
    let ran = run([
        "compare",
        LEGACY,
        r#"eventType eq "user.session.start" and outcome.result eq "FAILURE""#,
    ]);
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    insta::assert_snapshot!(ran.stdout);
}

#[test]
fn the_exact_form_is_proved() {
    let new = r#"legacyEventType eq "core.user_auth.login_failed""#;
    let ran = run(["compare", LEGACY, new]);
    assert_eq!(
        (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
        (0, "equivalent: both find the same events\n", "")
    );
    let json = run(["compare", "--format", "json", LEGACY, new]);
    assert_eq!(
        json.stdout,
        "{\"verdict\":\"equivalent\",\"legacy_types\":{\"added\":[],\"dropped\":[]},\"witnesses\":[]}\n"
    );
}

#[test]
fn single_filters() {
    let mut told = String::new();
    for (query, code) in [
        (
            r#"not (outcome.result eq "SUCCESS" and outcome.result eq "FAILURE")"#,
            1,
        ),
        (
            r#"outcome.result eq "SUCCESS" and outcome.result eq "FAILURE""#,
            1,
        ),
        (r#"target.id eq "A" and target.id eq "B""#, 0),
        (
            r#"action.objectType eq "app.auth.sso" and action.objectType eq "policy.created""#,
            1,
        ),
    ] {
        let ran = run(["compare", query]);
        assert_eq!((ran.code, ran.stderr.as_str()), (code, ""), "{query}");
        let json = run(["compare", "--format", "json", query]);
        told.push_str(&format!("{query}\n{}{}", ran.stdout, json.stdout));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn pairs_in_bulk() {
    let folder = Folder::new();
    folder.write(
        "pairs.csv",
        "name,legacy,rewritten,expect\n\
         sso,\"action.objectType eq \"\"app.auth.sso\"\"\",\"eventType eq \"\"user.authentication.sso\"\"\",\n\
         failed,\"action.objectType eq \"\"core.user_auth.login_failed\"\"\",\"outcome.result eq \"\"FAILURE\"\"\",wider\n\
         wrong,\"target.id eq \"\"00u1\"\"\",\"target.id eq \"\"00u2\"\"\",\n",
    );
    let ran = folder.run(&["compare", "--pairs", "@pairs.csv"]);
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (1, "3 pairs, 2 as expected\n")
    );
    let verdicts: Vec<&str> = ran.stdout.lines().take(3).collect();
    assert_eq!(
        verdicts,
        [
            "ok sso: equivalent",
            "ok failed: wider",
            "not ok wrong: expected equivalent, found different: each finds events that the other does not"
        ]
    );
    let json = folder.run(&[
        "compare",
        "--pairs",
        "@pairs.csv",
        "--format",
        "json",
        "--quiet",
    ]);
    assert_eq!(
        (json.code, json.stdout.lines().count(), json.stderr.as_str()),
        (1, 3, "")
    );
}

#[test]
fn what_cannot_be_read_or_answered() {
    let broken = run(["compare", LEGACY, "eventType eqq \"x\""]);
    assert_eq!((broken.code, broken.stdout.as_str()), (2, ""));
    let undecided = run(["compare", r#"action.categories eq "x""#, "eventType pr"]);
    assert_eq!(undecided.code, 1);
    let folder = Folder::new();
    let gone = folder.run(&["compare", "--pairs", "@gone.csv"]);
    assert_eq!(gone.code, 2);
    folder.write("bad.csv", "name,old\nx,y\n");
    let bad = folder.run(&["compare", "--pairs", "@bad.csv"]);
    assert_eq!(bad.code, 2);
    folder.write(
        "expect.csv",
        "name,legacy,rewritten,expect\nx,target.id pr,target.id pr,exact\n",
    );
    let expect = folder.run(&["compare", "--pairs", "@expect.csv"]);
    assert_eq!(expect.code, 2);
    assert!(
        expect.stderr.contains("expected one of equivalent, wider"),
        "{}",
        expect.stderr
    );
    let nothing = run(["compare"]);
    assert_eq!(nothing.code, 2);
    insta::assert_snapshot!(
        [
            broken.stderr,
            undecided.stdout,
            gone.stderr,
            bad.stderr,
            nothing.stderr
        ]
        .join("\n")
    );
}

/// A reader that has seen enough does not make a difference a success.
#[test]
fn the_exit_code_outlives_the_pipe() {
    use std::process::Stdio;
    let mut child = crate::command::binary()
        .args(["compare", LEGACY, r#"eventType eq "user.session.start""#])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
