//! What was read and written in other formats than the default ones is verified all the same.

use super::*;

/// Converts the fixture archive with `options`, verifies it, and spoils an output.
fn holds(options: &[&str]) {
    let folder = Folder::new();
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/archive");
    for (path, content) in tree(&archive) {
        folder.write(&format!("in/{}", path.display()), content);
    }
    let mut arguments = vec!["convert", "@in", "-o", "@out", "-q"];
    arguments.extend(options);
    assert_eq!(folder.run(&arguments).code, 2);
    for more in [&[][..], &["--deep"]] {
        let ran = verify(&folder, more);
        assert_as_converted(&ran);
    }
}

#[test]
fn outputs_in_every_format() {
    for to in ["ndjson", "json", "csv"] {
        for compress in ["none", "gzip", "zstd"] {
            holds(&["--to", to, "--compress", compress]);
        }
    }
    holds(&["--to", "csv", "--omit-nulls"]);
}

#[test]
fn wrapped_records_and_rows() {
    let folder = Folder::new();
    let wrapped = |id: &str| {
        let raw = serde_json::to_string(&event(id)).unwrap();
        format!("{{\"result\":{{\"_raw\":{raw}}}}}\n")
    };
    let rejected = "{\"result\":{}}\n{\"result\":{\"_raw\":\"7\"}}\n";
    folder.write("in/splunk.ndjson", wrapped("a") + rejected + &wrapped("b"));
    let ran = folder.run(&[
        "convert",
        "@in",
        "-o",
        "@out",
        "-q",
        "--unwrap",
        "/result/_raw",
    ]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let ran = verify(&folder, &["--deep"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);

    let folder = Folder::new();
    let rows = "eventId,published,action.objectType\n\
                a,2018-01-31T23:59:59.000Z,core.user_auth.session_clear\n\
                b,never,core.user_auth.session_clear\n\
                c,2018-01-31T23:59:59.000Z,core.user_auth.session_clear,more\n\
                \"d\",2018-01-31T23:59:59.000Z,core.user_auth.session_clear\n";
    folder.write("in/rows.csv", rows);
    let ran = folder.run(&["convert", "@in", "-o", "@out", "-q", "--to", "csv"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let ran = verify(&folder, &["--deep"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
    // Another reason than that of the run.
    let rejects = folder
        .read("out/rejects.ndjson")
        .replacen("invalid-row", "invalid-json", 1);
    folder.write("out/rejects.ndjson", rejects);
    let ran = verify(&folder, &["--deep"]);
    assert!(ran.stdout.contains("invalid-row"), "{}", ran.stdout);
}

#[test]
fn names_are_those_of_the_format() {
    let folder = Folder::new();
    folder.write("in/rejects.json", event("a"));
    folder.write("in/b.json", event("b"));
    let ran = folder.run(&["convert", "@in", "-o", "@out", "-q", "--to", "csv"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    std::fs::rename(folder.path("in"), folder.path("moved")).unwrap();
    let ran = folder.run(&["verify", "@moved", "--against", "@out", "--deep"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{}", ran.stderr);
}
