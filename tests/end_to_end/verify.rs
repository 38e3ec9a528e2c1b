//! `verify`: what was tampered with is found and named.

use std::path::Path;

use events2logs_batch::verify::CODES;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::command::{Folder, Ran, event, tree};

/// The fixture archive under `in`, converted into `out`.
fn converted() -> Folder {
    let folder = Folder::new();
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/archive");
    for (path, content) in tree(&archive) {
        folder.write(&format!("in/{}", path.display()), content);
    }
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out", "-q"]).code, 2);
    folder
}

/// A small archive under `in`, converted into `out`: `a` and `b` with four events each, and a
/// record that is rejected.
fn small() -> Folder {
    let folder = Folder::new();
    for name in ["a", "b"] {
        let events: Vec<String> = (1..=4).map(|it| event(&format!("{name}{it}"))).collect();
        folder.write(&format!("in/{name}.json"), events.join("\n"));
    }
    let b = folder.read("in/b.json");
    folder.write("in/b.json", format!("{b}\n{{\"cut\":\n"));
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out", "-q"]).code, 1);
    folder
}

fn verify(folder: &Folder, more: &[&str]) -> Ran {
    let mut arguments = vec!["verify", "@in", "--against", "@out"];
    arguments.extend(more);
    folder.run(&arguments)
}

/// The exit code and findings, without what changes with the tables.
fn findings(ran: &Ran) -> String {
    let mut text = format!("exit code {}\n", ran.code);
    for line in ran.stdout.lines() {
        let code = line.split(':').next().unwrap();
        assert!(CODES.iter().any(|it| it.0 == code), "{code} has no meaning");
        let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        for at in 1..words.len() {
            if words[at].starts_with("byte") {
                words[at - 1] = "N".to_owned();
            }
            if words[at - 1] == "SHA-256" {
                words[at] = "SUM".to_owned();
            }
        }
        text.push_str(&words.join(" "));
        text.push('\n');
    }
    text
}

/// What both ways to verify find.
fn both(folder: &Folder) -> String {
    let shallow = verify(folder, &[]);
    let deep = verify(folder, &["--deep"]);
    let (shallow, deep) = (findings(&shallow), findings(&deep));
    format!("{shallow}with --deep: {deep}")
}

/// Changes a line of a file by `change`, which is given its words and may take or add some.
fn with_lines(folder: &Folder, name: &str, change: impl FnOnce(&mut Vec<String>)) {
    let text = folder.read(name);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    change(&mut lines);
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    folder.write(name, text);
}

/// Changes the manifest.
fn with_manifest(folder: &Folder, change: impl FnOnce(&mut Value)) {
    let mut manifest = folder.manifest("out");
    change(&mut manifest);
    let text = serde_json::to_string_pretty(&manifest).unwrap();
    folder.write("out/manifest.json", format!("{text}\n"));
}

/// Size and checksum of a file.
fn digest(folder: &Folder, name: &str) -> (u64, String) {
    let bytes = std::fs::read(folder.path(name)).unwrap();
    let hash = Sha256::digest(&bytes);
    let hash = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    (bytes.len() as u64, hash)
}

/// Makes the manifest vouch for the output of the input at `at` as it is now, with `events` in it.
fn vouch(folder: &Folder, at: usize, removed: u64) {
    with_manifest(folder, |manifest| {
        let path = manifest["inputs"][at]["output"]["path"].clone();
        let (bytes, sha256) = digest(folder, &format!("out/{}", path.as_str().unwrap()));
        manifest["inputs"][at]["output"]["bytes"] = bytes.into();
        manifest["inputs"][at]["output"]["sha256"] = sha256.into();
        for counts in ["/inputs/AT", "/totals"] {
            let counts = counts.replace("AT", &at.to_string());
            for count in ["events", "converted"] {
                let count = manifest.pointer_mut(&format!("{counts}/{count}")).unwrap();
                *count = (count.as_u64().unwrap() - removed).into();
            }
        }
    });
}

#[test]
fn a_converted_archive_is_as_its_manifest_says() {
    let folder = converted();
    let shallow = verify(&folder, &[]);
    let deep = verify(&folder, &["--deep"]);
    let alone = folder.run(&["verify", "--against", "@out"]);
    for ran in [&shallow, &deep, &alone] {
        assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    }
    let said = [shallow.stderr, deep.stderr, alone.stderr].join("\n");
    let manifest = digest(&folder, "out/manifest.json").1;
    assert!(said.contains(&manifest));
    let tables = folder.manifest("out")["tables_sha256"].clone();
    let said = said.replace(&manifest, "MANIFEST");
    let said = said.replace(&tables.as_str().unwrap()[..12], "TABLES");
    insta::assert_snapshot!(said);
}

#[test]
fn so_is_a_restored_one() {
    let folder = converted();
    assert_eq!(
        folder.run(&["restore", "@out", "-o", "@legacy", "-q"]).code,
        0
    );
    let arguments = ["verify", "@out", "--against", "@legacy", "--deep", "-q"];
    let ran = folder.run(&arguments);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    with_lines(&folder, "legacy/2017/01/events.ndjson", |lines| {
        lines[2] = lines[2].replace("\"message\":\"", "\"message\":\"not ");
    });
    insta::assert_snapshot!(findings(&folder.run(&arguments)));
}

#[test]
fn every_way_to_convert_can_be_verified() {
    let folder = Folder::new();
    let unknown = event("x").replace("core.user_auth.session_clear", "app.acme.export");
    folder.write(
        "in/a.json",
        format!("[{},{unknown},{}]", event("a"), event("b")),
    );
    folder.write(
        "own.csv",
        "legacy_event_type,event_type,outcome_result\ncore.user_auth.session_clear,acme.clear,FAILURE\n",
    );
    for (out, options) in [
        ("@omit", &["--omit-nulls"][..]),
        ("@reject", &["--unknown-types", "reject"]),
        ("@own", &["--mappings", "@own.csv", "--omit-nulls"]),
    ] {
        let convert = [&["convert", "@in", "-o", out, "-q"], options].concat();
        assert!(folder.run(&convert).code < 2);
        let ran = folder.run(&["verify", "@in", "--against", out, "--deep"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
        assert_eq!(
            ran.stderr.contains("the run had other tables"),
            out == "@own"
        );
    }
    let deep = ["verify", "@in", "--against", "@own", "--deep"];
    let ran = folder.run(&[&deep[..], &["--mappings", "@own.csv"]].concat());
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    assert!(!ran.stderr.contains("other tables"), "{}", ran.stderr);
}

#[test]
fn a_flipped_byte_in_an_output() {
    let folder = converted();
    let mut bytes = std::fs::read(folder.path("out/2017/02/events.ndjson")).unwrap();
    let at = bytes.iter().rposition(|byte| *byte == b'Z').unwrap();
    bytes[at] ^= 1;
    folder.write("out/2017/02/events.ndjson", bytes);
    insta::assert_snapshot!(both(&folder));
}

#[test]
fn a_flipped_byte_in_an_input() {
    let folder = converted();
    let gzip = "in/2018/q1/events.ndjson.gz";
    let mut bytes = std::fs::read(folder.path(gzip)).unwrap();
    bytes[4] ^= 1;
    folder.write(gzip, bytes);
    let plain = folder.read("in/2017/01/events.ndjson");
    folder.write(
        "in/2017/01/events.ndjson",
        plain.replacen("2017", "2016", 1),
    );
    insta::assert_snapshot!(both(&folder));
}

#[test]
fn a_line_less_or_more_in_an_output() {
    let folder = small();
    with_lines(&folder, "out/a.ndjson", |lines| {
        lines.remove(1);
    });
    with_lines(&folder, "out/b.ndjson", |lines| {
        lines.insert(2, event("new"));
    });
    insta::assert_snapshot!(both(&folder));
}

#[test]
fn the_last_line_and_all_lines() {
    let folder = small();
    with_lines(&folder, "out/a.ndjson", |lines| {
        lines.pop();
    });
    folder.write("out/b.ndjson", "");
    insta::assert_snapshot!(both(&folder));
}

#[test]
fn swapped_outputs_and_inputs() {
    let folder = converted();
    let swap = |a: &str, b: &str| {
        std::fs::rename(folder.path(a), folder.path("aside")).unwrap();
        std::fs::rename(folder.path(b), folder.path(a)).unwrap();
        std::fs::rename(folder.path("aside"), folder.path(b)).unwrap();
    };
    swap("out/2017/01/events.ndjson", "out/2017/02/events.ndjson");
    swap("in/2016/api-page-1.json", "in/2016/api-page-2.json");
    insta::assert_snapshot!(findings(&verify(&folder, &[])));
}

#[test]
fn swapped_lines_within_an_output() {
    let folder = small();
    with_lines(&folder, "out/a.ndjson", |lines| lines.swap(1, 2));
    with_lines(&folder, "out/b.ndjson", |lines| lines.swap(0, 3));
    insta::assert_snapshot!(both(&folder));
}

#[test]
fn files_that_are_gone_new_or_renamed() {
    let folder = converted();
    std::fs::remove_file(folder.path("out/2019/mixed.ndjson")).unwrap();
    std::fs::remove_file(folder.path("in/2019/mixed.ndjson")).unwrap();
    folder.write("out/2019/other.ndjson", event("other"));
    folder.write("out/.DS_Store", "hidden");
    folder.write("in/2020/new.json", event("new"));
    let rename = |from: &str, to: &str| {
        std::fs::rename(folder.path(from), folder.path(to)).unwrap();
    };
    rename("in/quirks/text.ndjson", "in/quirks/renamed.ndjson");
    rename("out/quirks/text.ndjson", "out/quirks/renamed.ndjson");
    let ran = verify(&folder, &[]);
    insta::assert_snapshot!(findings(&ran));
    assert!(
        ran.stderr
            .contains("1 hidden file or folder in the output folder left out")
    );
}

#[test]
fn an_archive_that_has_moved_is_told_by_its_outputs() {
    let folder = converted();
    std::fs::rename(folder.path("in"), folder.path("moved")).unwrap();
    let ran = folder.run(&["verify", "@moved", "--against", "@out", "--deep", "-q"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    // A part of it is not all of it.
    std::fs::rename(folder.path("moved"), folder.path("in")).unwrap();
    let ran = folder.run(&["verify", "@in/2017", "--against", "@out", "-q"]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.stdout.lines().count(), 23, "{}", ran.stdout);
    let line = ran.stdout.lines().next().unwrap();
    assert!(
        line.contains("is there, but not under the INPUTs given"),
        "{line}"
    );
}

#[test]
fn a_manifest_whose_numbers_do_not_add_up() {
    let folder = small();
    with_manifest(&folder, |manifest| {
        manifest["inputs"][0]["converted"] = 3.into();
        manifest["totals"]["rejected"] = 2.into();
    });
    insta::assert_snapshot!(findings(&verify(&folder, &[])));
}

#[test]
fn an_event_taken_away_with_all_that_vouches_for_it() {
    let folder = small();
    with_lines(&folder, "out/a.ndjson", |lines| {
        lines.remove(2);
    });
    vouch(&folder, 0, 1);
    // Without its input nothing tells.
    let alone = folder.run(&["verify", "--against", "@out"]);
    assert_eq!(alone.code, 0, "{}", alone.stdout);
    insta::assert_snapshot!(both(&folder));
}

#[test]
fn a_reject_taken_away_with_all_that_vouches_for_it() {
    let folder = small();
    folder.write("out/rejects.ndjson", "");
    insta::assert_snapshot!("a_reject_taken_away", findings(&verify(&folder, &[])));
    with_manifest(&folder, |manifest| {
        let (bytes, sha256) = digest(&folder, "out/rejects.ndjson");
        manifest["rejects"]["bytes"] = bytes.into();
        manifest["rejects"]["sha256"] = sha256.into();
        manifest["rejects_by_reason"] = serde_json::json!({});
        for counts in ["/inputs/1", "/totals"] {
            let counts = manifest.pointer_mut(counts).unwrap();
            counts["rejected"] = 0.into();
            counts["events"] = (counts["events"].as_u64().unwrap() - 1).into();
        }
    });
    insta::assert_snapshot!(both(&folder));
}

#[test]
fn an_event_hidden_among_the_rejects() {
    let folder = small();
    let hidden = event("a3");
    with_lines(&folder, "out/a.ndjson", |lines| {
        lines.remove(2);
    });
    let byte = folder.read("in/a.json").find(&hidden).unwrap();
    with_lines(&folder, "out/rejects.ndjson", |lines| {
        let reject = serde_json::json!({
            "source": folder.path("in/a.json"), "line": 3, "byte": byte, "code": "invalid-json",
            "reason": "not JSON", "record": hidden,
        });
        lines.insert(0, reject.to_string());
    });
    vouch(&folder, 0, 0);
    with_manifest(&folder, |manifest| {
        let (bytes, sha256) = digest(&folder, "out/rejects.ndjson");
        manifest["rejects"]["bytes"] = bytes.into();
        manifest["rejects"]["sha256"] = sha256.into();
        manifest["rejects_by_reason"]["invalid-json"] = 2.into();
        for counts in ["/inputs/0", "/totals"] {
            let counts = manifest.pointer_mut(counts).unwrap();
            counts["rejected"] = (counts["rejected"].as_u64().unwrap() + 1).into();
            counts["converted"] = (counts["converted"].as_u64().unwrap() - 1).into();
        }
    });
    insta::assert_snapshot!(both(&folder));
}

#[test]
fn a_reject_that_says_something_else() {
    let folder = small();
    let rejects = folder.read("out/rejects.ndjson");
    folder.write("out/rejects.ndjson", rejects.replace("cut", "CUT"));
    insta::assert_snapshot!(both(&folder));
}

#[test]
fn a_value_replaced_with_a_manifest_that_vouches_for_it() {
    let folder = small();
    with_lines(&folder, "out/a.ndjson", |lines| {
        lines[1] = lines[1].replace("Session cleared", "Session kept");
        lines[2] = lines[2].replace("user.session.clear\"", "user.session.start\"");
    });
    vouch(&folder, 0, 0);
    let shallow = verify(&folder, &[]);
    assert_eq!((shallow.code, shallow.stdout.as_str()), (0, ""));
    insta::assert_snapshot!(findings(&verify(&folder, &["--deep"])));
    // And as JSON.
    let ran = verify(&folder, &["--deep", "--format", "json"]);
    let mut json: Value = serde_json::from_str(&ran.stdout).unwrap();
    for changing in ["manifest_sha256", "tables_sha256", "tool_version"] {
        assert!(json[changing].take().is_string());
    }
    insta::assert_json_snapshot!("as_json", json);
    assert_eq!(ran.stderr, "");
}

#[test]
fn events_that_all_differ_are_not_all_named() {
    let folder = Folder::new();
    let events: Vec<String> = (0..2000).map(|it| event(&format!("tev{it}"))).collect();
    folder.write("in/a.json", events.join("\n"));
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out", "-q"]).code, 0);
    with_lines(&folder, "out/a.ndjson", |lines| {
        for line in lines {
            *line = line.replace("Session cleared", "x");
        }
    });
    vouch(&folder, 0, 0);
    let ran = verify(&folder, &["--deep"]);
    assert_eq!(ran.stdout.lines().count(), 11, "{}", ran.stdout);
    let last = ran.stdout.lines().last().unwrap();
    assert!(
        last.contains("and 1,990 more findings of this file"),
        "{last}"
    );
}

#[test]
fn many_lines_less_are_that_many_findings() {
    let folder = Folder::new();
    let events: Vec<String> = (0..3000).map(|it| event(&format!("tev{it}"))).collect();
    folder.write("in/a.json", events.join("\n"));
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out", "-q"]).code, 0);
    with_lines(&folder, "out/a.ndjson", |lines| {
        lines.remove(2500);
        lines.drain(1000..1004);
        lines.insert(3, event("new"));
    });
    let ran = verify(&folder, &["--deep"]);
    insta::assert_snapshot!(findings(&ran));
}

#[test]
fn a_manifest_that_is_none() {
    let folder = small();
    let manifest = folder.read("out/manifest.json");
    let mut all = String::new();
    for text in [
        &manifest[..manifest.len() / 2],
        "",
        "{}",
        "not JSON",
        &manifest.replace("\"schema_version\": 1", "\"schema_version\": 2"),
        &manifest.replace("\"name\": \"events2logs\"", "\"name\": \"other\\u001b[2J\""),
        &manifest.replace("\"a.ndjson\"", "\"../a.ndjson\""),
        &manifest.replace("\"a.ndjson\"", "\"b.ndjson\""),
    ] {
        folder.write("out/manifest.json", text);
        all.push_str(&findings(&verify(&folder, &[])));
    }
    std::fs::remove_file(folder.path("out/manifest.json")).unwrap();
    all.push_str(&findings(&verify(&folder, &[])));
    all.push_str(&findings(&folder.run(&["verify", "--against", "@none"])));
    insta::assert_snapshot!(all);
}

#[test]
fn a_manifest_that_no_longer_speaks_of_an_input() {
    // Each with an input whose value has changed, and an output that is gone.
    let mut all = String::new();
    for without in [
        &["output"][..],
        &["output", "sha256", "bytes"],
        &["sha256", "bytes"],
    ] {
        for problem in [
            None,
            Some("is no regular file: left out; name it to read it"),
        ] {
            let folder = small();
            folder.write("in/a.json", event("changed"));
            std::fs::remove_file(folder.path("out/a.ndjson")).unwrap();
            with_manifest(&folder, |manifest| {
                let input = manifest["inputs"][0].as_object_mut().unwrap();
                for key in without {
                    input.remove(*key);
                }
                if let Some(problem) = problem {
                    input.insert("problem".to_owned(), problem.into());
                    manifest["totals"]["inputs_with_problems"] = 1.into();
                }
            });
            let ran = verify(&folder, &[]);
            assert_eq!(ran.code, 1, "{without:?} {problem:?}: {}", ran.stdout);
            all.push_str(&findings(&ran));
        }
    }
    insta::assert_snapshot!(all);
}

#[test]
fn every_code_is_in_the_docs() {
    let docs = include_str!("../../docs/verify.md");
    let listed: Vec<String> = docs
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(str::to_owned)
        .collect();
    let expected: Vec<String> = CODES
        .iter()
        .map(|(code, meaning)| format!("| `{code}` | {meaning} |"))
        .collect();
    assert_eq!(listed, expected, "docs/verify.md lists other codes");
}

#[test]
fn a_run_that_is_not_finished() {
    let folder = small();
    folder.write(
        "out/.events2logs/mark.json",
        "{\"own\":true,\"outputs\":[{\"path\":\"a.ndjson\"}]}",
    );
    insta::assert_snapshot!(findings(&verify(&folder, &[])));
}

#[test]
fn what_cannot_be_read_as_an_archive_any_more() {
    let folder = small();
    folder.write("out/a.ndjson", "\0\0\0 binary");
    folder.write("in/b.json", "# no JSON");
    std::fs::remove_file(folder.path("out/rejects.ndjson")).unwrap();
    insta::assert_snapshot!(both(&folder));
}

#[test]
fn an_input_that_was_never_converted_is_not_passed_over() {
    let folder = Folder::new();
    folder.write("in/a.json", event("a"));
    folder.write("in/notes.txt", "no JSON");
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out", "-q"]).code, 2);
    insta::assert_snapshot!(both(&folder));
}

#[test]
fn wrong_usage() {
    let folder = Folder::new();
    let deep_alone = folder.run(&["verify", "--against", "@out", "--deep"]);
    let against_nothing = folder.run(&["verify", "@in"]);
    assert_eq!((deep_alone.code, against_nothing.code), (2, 2));
    insta::assert_snapshot!([deep_alone.stderr, against_nothing.stderr].join("\n"));
}

#[test]
fn help() {
    insta::assert_snapshot!(crate::command::run(["verify", "--help"]).stdout);
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = small();
    for name in [&b"in/a\xff.json"[..], b"in/a\xfe.json", b"in/\x1b[2J.json"] {
        let name = Path::new(std::ffi::OsStr::from_bytes(name));
        let path = folder.path("").join(name);
        std::fs::write(path, event("odd")).unwrap();
    }
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out", "-q"]).code, 1);
    let ran = verify(&folder, &["--deep", "-q"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    std::fs::write(folder.path("out/\u{1b}[2J.ndjson"), "{}").unwrap();
    insta::assert_snapshot!(findings(&verify(&folder, &[])));
}

#[test]
fn events_that_were_converted_before() {
    let folder = small();
    // Converted ones among those to convert: they pass through.
    let converted = folder.read("out/a.ndjson");
    folder.write(
        "in/b.json",
        format!("{}\n{converted}{}", event("x"), event("y")),
    );
    assert_eq!(folder.run(&["convert", "@in", "-o", "@out", "-q"]).code, 0);
    folder.write(
        "own.csv",
        "legacy_event_type,event_type\napp.acme.x,acme.x\n",
    );
    for mappings in [&[][..], &["--mappings", "@own.csv"]] {
        let ran = verify(&folder, &[&["--deep", "-q"], mappings].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    }
    // One that should pass through is restored instead; one that should be converted is not.
    with_lines(&folder, "out/b.ndjson", |lines| {
        lines[0] = event("x");
        lines[2] = event("a2");
    });
    vouch(&folder, 1, 0);
    let mut all = String::new();
    for mappings in [&[][..], &["--mappings", "@own.csv"]] {
        let ran = verify(&folder, &[&["--deep"], mappings].concat());
        all.push_str(&findings(&ran));
    }
    insta::assert_snapshot!(all);
}
