//! What is read and written: CSV, arrays, compression, records wrapped by another system.

use std::io::Read as _;
use std::path::Path;

use events2logs_mapping::same_json;

use crate::bad_input::gzip;
use crate::command::{Folder, event, run_with_stdin, tree};

const ARCHIVE: &str = "fixtures/archive";

/// What `stored` decodes to, by its first bytes.
fn decoded(stored: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    if stored.starts_with(&[0x1f, 0x8b]) {
        flate2::read::MultiGzDecoder::new(stored)
            .read_to_end(&mut decoded)
            .unwrap();
    } else if stored.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        decoded = zstd::decode_all(stored).unwrap();
    } else {
        decoded.extend_from_slice(stored);
    }
    decoded
}

/// Every way to write an output, with what its names end in.
const WAYS: [(&str, &str, &str); 9] = [
    ("ndjson", "none", "ndjson"),
    ("ndjson", "gzip", "ndjson.gz"),
    ("ndjson", "zstd", "ndjson.zst"),
    ("json", "none", "json"),
    ("json", "gzip", "json.gz"),
    ("json", "zstd", "json.zst"),
    ("csv", "none", "csv"),
    ("csv", "gzip", "csv.gz"),
    ("csv", "zstd", "csv.zst"),
];

#[test]
fn the_same_events_in_any_format_become_the_same() {
    let events = |input: &str| {
        let ran = run_with_stdin(["convert", input, "-o", "-", "-q"], b"");
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{input}");
        ran.stdout
    };
    let expected = events("fixtures/archive/quirks/sign-in-failed.ndjson");
    let formats = std::fs::read_dir("fixtures/formats").unwrap();
    let formats: Vec<_> = formats.map(|it| it.unwrap().path()).collect();
    assert_eq!(formats.len(), 4);
    for format in formats {
        let found = events(format.to_str().unwrap());
        assert!(found == expected, "{}", format.display());
    }
}

#[test]
fn whatever_the_fixtures_are_written_as_they_are_restored() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["convert", ARCHIVE, "-o", "@plain"]).code, 2);
    let manifest = folder.manifest("plain");
    assert_eq!(folder.run(&["restore", "@plain", "-o", "@legacy"]).code, 0);
    let legacy = tree(&folder.path("legacy"));
    for (to, compress, end) in WAYS {
        let out = format!("@{end}");
        let ran = folder.run(&[
            "convert",
            ARCHIVE,
            "-o",
            &out,
            "--to",
            to,
            "--compress",
            compress,
            "-j",
            "3",
        ]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert_eq!(folder.manifest(end)["totals"], manifest["totals"]);
        for (path, content) in tree(&folder.path(end)) {
            let name = path.display().to_string();
            if name == "manifest.json" || name == "rejects.ndjson" {
                continue;
            }
            assert!(name.ends_with(&format!(".{end}")), "{name}");
            let plain = name.replace(&format!(".{end}"), ".ndjson");
            let plain = folder.read(&format!("plain/{plain}"));
            let content = String::from_utf8(decoded(&content)).unwrap();
            match to {
                "ndjson" => assert_eq!(content, plain),
                "json" => {
                    let lines = plain.trim_end().replace('\n', ",\n");
                    let array = match lines.as_str() {
                        "" => "[]\n".to_owned(),
                        lines => format!("[\n{lines}\n]\n"),
                    };
                    assert_eq!(content, array);
                }
                _ => {
                    let mut rows = csv::Reader::from_reader(content.as_bytes());
                    let rows = rows.records().map(Result::unwrap).count();
                    assert_eq!(rows, plain.lines().count(), "{name}");
                }
            }
        }
        // And back, first as it is, then in the same format once more.
        let back = format!("@{end}.back");
        let ran = folder.run(&["restore", &out, "-o", &back]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let back = tree(&folder.path(&back[1..]));
        assert_eq!(back.len(), legacy.len());
        for (path, content) in &back {
            if path.starts_with("manifest.json") {
                continue;
            }
            let content = String::from_utf8(content.clone()).unwrap();
            let expected = String::from_utf8(legacy[path].clone()).unwrap();
            assert_eq!(content.lines().count(), expected.lines().count());
            for (content, expected) in content.lines().zip(expected.lines()) {
                assert!(
                    same_json(content, expected).unwrap(),
                    "{content}\n{expected}"
                );
            }
        }
    }
}

#[test]
fn legacy_events_as_csv_are_converted_to_the_same_log_events() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["convert", ARCHIVE, "-o", "@plain"]).code, 2);
    let ran = folder.run(&["restore", "@plain", "-o", "@csv", "--to", "csv"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = folder.run(&["convert", "@csv", "-o", "@again"]);
    assert!(ran.code < 2, "{}", ran.stderr);
    for (path, content) in tree(&folder.path("again")) {
        let name = path.display().to_string();
        if name == "manifest.json" || name == "rejects.ndjson" {
            continue;
        }
        let plain = folder.read(&format!("plain/{name}"));
        let content = String::from_utf8(content).unwrap();
        assert_eq!(content.lines().count(), plain.lines().count(), "{name}");
        for (content, plain) in content.lines().zip(plain.lines()) {
            assert!(
                same_json(content, plain).unwrap(),
                "{name}\n{content}\n{plain}"
            );
        }
    }
}

#[test]
fn a_row_of_each_kind() {
    let folder = Folder::new();
    let ran = folder.run(&[
        "convert",
        "fixtures/archive/2019/system-log.ndjson",
        "-o",
        "-",
        "--to",
        "csv",
        "--quiet",
    ]);
    assert!(ran.code < 2, "{}", ran.stderr);
    let passed_through = ran.stdout.lines().nth(1).unwrap().to_owned();
    let converted = folder.run(&[
        "convert",
        "fixtures/archive/2013",
        "-o",
        "-",
        "--to",
        "csv",
        "-q",
    ]);
    let mut lines: Vec<&str> = converted.stdout.lines().take(3).collect();
    lines.push(&passed_through);
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn compressed_output_does_not_depend_on_the_number_of_threads() {
    let folder = Folder::new();
    let events: String = (0..5_000)
        .map(|number| event(&format!("tev{number}")) + "\n")
        .collect();
    folder.write("in/events.json", &events);
    for (to, compress, end) in WAYS {
        let trees: Vec<_> = ["1", "5"]
            .into_iter()
            .map(|jobs| {
                let out = format!("{end}-{jobs}");
                let ran = folder.run(&[
                    "convert",
                    "@in",
                    "-o",
                    &format!("@{out}"),
                    "--to",
                    to,
                    "--compress",
                    compress,
                    "-j",
                    jobs,
                ]);
                assert_eq!(ran.code, 0, "{}", ran.stderr);
                tree(&folder.path(&out))
            })
            .collect();
        assert_eq!(trees[0], trees[1], "{end}");
        let content = decoded(&trees[0][Path::new(&format!("events.{end}"))]);
        if to == "json" {
            let events: Vec<serde_json::Value> = serde_json::from_slice(&content).unwrap();
            assert_eq!(events.len(), 5_000);
        }
    }
}

#[test]
fn several_inputs_on_stdout_are_one_output() {
    let folder = Folder::new();
    folder.write("in/a.json", event("a"));
    folder.write("in/b.json", "garbage {\n");
    folder.write("in/c.json", event("c"));
    let ran = folder.run(&["convert", "@in", "-o", "-", "--to", "json", "-q"]);
    let events: Vec<serde_json::Value> = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(events.len(), 2);
    let ran = folder.run(&["convert", "@in", "-o", "-", "--to", "csv", "-q"]);
    assert_eq!(ran.stdout.matches("eventType").count(), 1);
    assert_eq!(ran.stdout.lines().count(), 3);
    // An output without an event is whole all the same.
    for (to, expected) in [("json", "[]\n"), ("ndjson", "")] {
        let ran = run_with_stdin(["convert", "-", "--to", to, "-q"], b"");
        assert_eq!(ran.stdout, expected);
    }
    for (to, compress, end) in WAYS {
        folder.write("empty/e.json", "[]");
        let out = format!("@empty-{end}");
        let ran = folder.run(&[
            "convert",
            "@empty",
            "-o",
            &out,
            "--to",
            to,
            "--compress",
            compress,
            "-q",
        ]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        let ran = folder.run(&["restore", &out, "-o", &format!("@legacy-{end}"), "-q"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{end}");
    }
}

/// Converts `content`, and tells the events and rejects.
fn converted(name: &str, content: impl AsRef<[u8]>, more: &[&str]) -> String {
    let folder = Folder::new();
    folder.write(&format!("in/{name}"), content);
    let mut arguments = vec!["convert", "@in", "-o", "@out", "--omit-nulls", "-q"];
    arguments.extend(more);
    let ran = folder.run(&arguments);
    let mut told = vec![format!("exit {}\n{}", ran.code, ran.stderr)];
    let outs = folder.files("out");
    for out in outs.iter().filter(|it| *it != "manifest.json") {
        let text = folder.redact(&folder.read(&format!("out/{out}")));
        told.extend(text.lines().map(str::to_owned));
    }
    told.join("\n")
}

#[test]
fn tables_of_every_dialect() {
    let published = "2018-01-31T23:59:59.000Z";
    let rows = format!(
        "eventId,published,action.objectType,action.message,actors.0.id,actors.0.objectType,actors.1.id,note\r\n\
         tev1,{published},app.auth.sso,\"one, \"\"two\"\",\nthree\",00u1,User,,\r\n\
         \r\n\
         tev2,{published},app.auth.sso,,,,Mozilla/5.0,\" seen \"\n"
    );
    let tabs = rows.replace(',', "\t");
    let semicolons = format!("\u{feff}{}", rows.replace(',', ";"));
    insta::assert_snapshot!(
        [rows, tabs, semicolons]
            .map(|table| converted("table.csv", table, &[]))
            .join("\n\n")
    );
}

#[test]
fn rows_that_are_no_events() {
    let good = "2018-01-31T23:59:59.000Z,app.auth.sso,message";
    insta::assert_snapshot!(converted(
        "table.csv",
        format!(
            "published,action.objectType,action.message\n\
             {good} 1\n\
             2018-01-31T23:59:59.000Z,app.auth.sso\n\
             {good},too many\n\
             ,app.auth.sso,no time\n\
             2018-01-31T23:59:59.000Z,app.auth.sso,\"unclosed\n\
             {good} 2\n\
             {good},\"a\"b\n\
             {good} 3\n\
             2018-01-31T23:59:59.000Z,app.auth.sso,\"to the end\n\
             {good} 4\n"
        ),
        &[]
    ));
}

#[test]
fn a_quote_that_is_not_closed_does_not_take_the_rest() {
    let good = format!(
        "2018-01-31T23:59:59.000Z,app.auth.sso,{}\n",
        "m".repeat(20_000)
    );
    let rows = good.repeat(1_000);
    let folder = Folder::new();
    folder.write(
        "in.csv",
        format!("published,action.objectType,action.message\n\"{good}{rows}"),
    );
    let ran = folder.run(&["convert", "@in.csv", "-o", "@out", "-q"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let totals = &folder.manifest("out")["totals"];
    assert_eq!(totals["converted"], 1_000);
    assert_eq!(totals["rejected"], 1);
}

#[test]
fn records_that_another_system_wrapped() {
    let raw = serde_json::Value::from(event("raw")).to_string();
    let cell = event("cell").replace('"', "\"\"");
    let told = [
        converted(
            "splunk.json",
            format!(
                "{{\"preview\":false,\"result\":{{\"_time\":\"2018\",\"_raw\":{raw}}}}}\n\
                 {{\"preview\":false,\"result\":{{\"_time\":\"2018\"}}}}\n\
                 {{\"lastrow\":true}}\n\
                 {{\"result\":{{\"_raw\":\"{{broken\"}}}}\n\
                 {{\"result\":\n"
            ),
            &["--unwrap", "/result/_raw"],
        ),
        converted(
            "elastic.json",
            format!("[{{\"_id\":\"1\",\"_source\":{}}}]", event("source")),
            &["--unwrap", "/_source"],
        ),
        converted(
            "splunk.csv",
            format!("_time,_raw\n2018,\"{cell}\"\n2018,\n"),
            &["--unwrap", "/_raw"],
        ),
    ];
    insta::assert_snapshot!(told.join("\n\n"));
    let folder = Folder::new();
    folder.write("in.json", format!("{{\"_source\":{}}}", event("a")));
    let ran = folder.run(&["convert", "@in.json", "-o", "@out", "--unwrap", "/_source"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(folder.manifest("out")["formats"]["unwrap"], "/_source");
    let ran = folder.run(&["convert", "@in.json", "--unwrap", "_source"]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!("a_pointer_that_is_none", ran.stderr);
}

#[test]
fn json_text_sequences() {
    let folder = Folder::new();
    let pretty = event("b").replace(',', ",\n  ");
    for (name, second) in [("lines", event("b")), ("pretty", pretty)] {
        let sequence = format!("\x1e{}\n\x1e{second}\n\x1e{{\n", event("a"));
        folder.write("in.json-seq", sequence);
        let ran = folder.run(&["convert", "@in.json-seq", "-o", "-", "-q"]);
        let rejects = ran.stderr.matches("invalid-json").count();
        assert_eq!((ran.stdout.lines().count(), rejects), (2, 1), "{name}");
    }
}

#[test]
fn zstd_and_padded_gzip_are_read() {
    let folder = Folder::new();
    let a = event("a");
    folder.write("in/a.json.zst", zstd::encode_all(a.as_bytes(), 1).unwrap());
    folder.write("in/b.json.gz", [gzip(a.as_bytes()), vec![0; 512]].concat());
    let cut = zstd::encode_all(a.repeat(1000).as_bytes(), 1).unwrap();
    folder.write("in/c.json.zst", &cut[..cut.len() - 5]);
    let ran = folder.run(&["convert", "@in", "-o", "@out", "-q"]);
    insta::assert_snapshot!(ran.stderr);
    assert_eq!(ran.code, 2);
    assert!(folder.read("out/a.ndjson").contains("\"a\""));
    assert!(folder.read("out/b.ndjson").contains("\"a\""));
}
