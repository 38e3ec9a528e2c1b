//! What was tampered with is found and named.

use serde_json::Value;

use super::{both, converted, digest, findings, small, verify, vouch, with_lines, with_manifest};
use crate::command::{Folder, event};

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

/// Neither is kept: there may be many of them, and each be all of a record.
#[test]
fn what_is_too_long_for_a_finding() {
    let folder = small();
    with_lines(&folder, "out/rejects.ndjson", |lines| {
        lines.insert(0, "x".repeat(44 << 20));
    });
    with_lines(&folder, "out/a.ndjson", |lines| {
        lines[2] = lines[2].replace("Session cleared", &"y".repeat(100_000));
    });
    let ran = folder.run(&[
        "verify",
        "@in",
        "--against",
        "@out",
        "--deep",
        "--memory",
        "64M",
        "--format",
        "json",
    ]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let of = |code: &str| findings.iter().find(|it| it["code"] == code).unwrap();
    let unreadable = of("rejects-unreadable");
    assert_eq!(unreadable["line"], 1);
    let told = unreadable["found"].as_str().unwrap();
    assert!(told.starts_with("longer than 44739242 bytes"), "{told}");
    let found = of("event-differs")["found"].as_str().unwrap();
    assert!(
        found.ends_with('…') && found.len() < 5000,
        "{}",
        found.len()
    );
}

/// A path is not another one because it is spelled in another way, and what is no checksum is not
/// none.
#[test]
fn a_manifest_that_spells_things_otherwise() {
    for path in ["./a.ndjson", "a.ndjson/", ".//a.ndjson"] {
        let folder = small();
        std::fs::remove_file(folder.path("out/b.ndjson")).unwrap();
        with_manifest(&folder, |manifest| {
            let output = manifest["inputs"][0]["output"].clone();
            manifest["inputs"][1]["output"] = output;
            manifest["inputs"][1]["output"]["path"] = path.into();
        });
        let told = findings(&verify(&folder, &["--deep"]));
        assert!(told.contains("\nmanifest-path: "), "{path}: {told}");
    }
    for checksum in [
        "",
        "g",
        "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
    ] {
        let folder = small();
        with_manifest(&folder, |manifest| {
            manifest["inputs"][0]["sha256"] = checksum.into();
        });
        let told = findings(&verify(&folder, &["--deep"]));
        assert!(
            told.contains("\nmanifest-unreadable: "),
            "{checksum}: {told}"
        );
    }
}
