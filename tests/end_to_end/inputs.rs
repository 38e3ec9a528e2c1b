//! What is read, and what its output is called.

use crate::command::{Folder, event, run, run_with_stdin};

#[test]
fn outputs_stay_in_the_output_folder() {
    let folder = Folder::new();
    folder.write("x/a.json", event("a"));
    folder.write("x/sub/...gz", event("dots"));
    folder.write("y/b.json", event("b"));
    let ran = folder.run_in(
        "x/sub",
        &["convert", "..", "../../y", "...gz", "-o", "../../out"],
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(
        folder.files(""),
        [
            "out/...gz.ndjson",
            "out/manifest.json",
            "out/rejects.ndjson",
            "out/x/a.ndjson",
            "out/y/b.ndjson",
            "x/a.json",
            "x/sub/...gz",
            "y/b.json",
        ]
    );
}

#[test]
fn a_folder_without_a_name_is_a_problem_beside_others() {
    let folder = Folder::new();
    folder.write("a.json", event("a"));
    let ran = folder.run(&["convert", "/", "@a.json", "-o", "@out", "--quiet"]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.stderr,
        "error: /: has no name that its output could have: give it by its full path, or by itself\n"
    );
    assert!(folder.path("out/a.ndjson").exists());
}

#[test]
fn several_inputs_keep_their_paths() {
    let folder = Folder::new();
    for year in ["2016", "2017"] {
        folder.write(&format!("{year}/events.json"), event(year));
    }
    let relative = ["convert", "2016/events.json", "./2017/events.json"];
    let ran = folder.run_in("", &[&relative[..], &["-o", "out"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let outputs = [
        "2016/events.ndjson",
        "2017/events.ndjson",
        "manifest.json",
        "rejects.ndjson",
    ];
    assert_eq!(folder.files("out"), outputs);
    // Absolute ones from the folder on that they have in common.
    let absolute = ["convert", "@2016/events.json", "@2017/events.json"];
    let ran = folder.run(&[&absolute[..], &["-o", "@out2"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(folder.files("out2"), outputs);
    // On stdout nothing has a name, so nothing can have the same.
    folder.write("2016/events.json.gz", event("more"));
    let ran = folder.run(&["convert", "@2016", "-o", "-", "--quiet"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(ran.stdout.lines().count(), 2);
}

#[test]
fn outputs_that_differ_in_their_case_only_are_the_same() {
    let folder = Folder::new();
    folder.write("in/A.json", event("upper"));
    folder.write("in/a.json", event("lower"));
    let ran = folder.run(&["convert", "@in", "-o", "@out", "--quiet"]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.stderr,
        "error: DIR/in/a.json: would be written to a.ndjson, which belongs to DIR/in/A.json; \
         rename it or convert it by itself\n"
    );
    // As are those of one file that is met twice.
    let twice = folder.run_in(
        "",
        &["convert", "in/a.json", "./in/a.json", "-o", "out2", "-q"],
    );
    assert_eq!(twice.code, 2);
    assert_eq!(folder.manifest("out2")["totals"]["events"], 1);
}

#[cfg(unix)]
#[test]
fn a_fifo_in_a_folder_is_left_out_and_one_that_is_named_is_read() {
    let folder = Folder::new();
    folder.write("in/a.json", event("a"));
    let fifo = folder.path("in/fifo");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    assert!(made.unwrap().success());
    let ran = folder.run(&["convert", "@in", "-o", "@out", "--quiet"]);
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.stderr,
        "warning: DIR/in/fifo: is no regular file: left out; name it to read it\n"
    );
    let writer = std::thread::spawn({
        let fifo = fifo.clone();
        move || std::fs::write(fifo, event("from the fifo")).unwrap()
    });
    let ran = folder.run(&["convert", "@in/fifo", "-o", "@named"]);
    writer.join().unwrap();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(folder.read("named/fifo.ndjson").contains("from the fifo"));
}

#[test]
fn what_earlier_runs_wrote_below_an_input_folder_is_left_out() {
    let folder = Folder::new();
    folder.write("in/a.json", event("a"));
    folder.write("in/.hidden", event("hidden"));
    folder.write("in/.git/config", "");
    let ran = folder.run(&["convert", "@in", "-o", "@in/converted", "--quiet"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let ran = folder.run(&["convert", "@in", "-o", "@out"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr.starts_with(
            "DIR/in/converted: written by an earlier run, left out; name it to read it\n\
             2 hidden files and folders left out\n1 event from 1 input"
        ),
        "{}",
        ran.stderr
    );
    // To be restored it is what is wanted, without its manifest and rejects.
    folder.write("all/year/notes.json", "");
    let ran = folder.run(&["convert", "@in", "-o", "@all/year/converted", "--quiet"]);
    assert_eq!(ran.code, 0);
    let ran = folder.run(&["restore", "@all", "-o", "@legacy", "--quiet"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(
        folder.files("legacy"),
        [
            "manifest.json",
            "rejects.ndjson",
            "year/converted/a.ndjson",
            "year/notes.ndjson",
        ]
    );
}

#[test]
fn into_the_input_folder_itself_twice() {
    let folder = Folder::new();
    folder.write("in/a.json", event("a"));
    let ran = folder.run(&["convert", "@in", "-o", "@in", "--force"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let first = folder.read("in/manifest.json");
    let ran = folder.run(&["convert", "@in", "-o", "@in"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(folder.read("in/manifest.json"), first);
}

#[test]
fn the_manifest_has_the_inputs_in_their_order() {
    let folder = Folder::new();
    folder.write("in/1.json", event("1"));
    folder.write("in/1.json.gz", event("the same output"));
    folder.write("in/2.json", "\0");
    folder.write("in/3.json", event("3"));
    let ran = folder.run(&["convert", "@gone", "@in", "-o", "@out", "--quiet"]);
    assert_eq!(ran.code, 2);
    let manifest = folder.manifest("out");
    let inputs: Vec<String> = manifest["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|input| folder.redact(input["input"].as_str().unwrap()))
        .collect();
    assert_eq!(
        inputs,
        [
            "DIR/gone",
            "DIR/in/1.json",
            "DIR/in/1.json.gz",
            "DIR/in/2.json",
            "DIR/in/3.json",
        ]
    );
    assert_eq!(manifest["totals"]["inputs_with_problems"], 3);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text_are_told_apart() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = Folder::new();
    for byte in [0xfe, 0xff] {
        let name = [b"in/a", [byte].as_slice(), b".json"].concat();
        let name = std::ffi::OsStr::from_bytes(&name);
        std::fs::create_dir_all(folder.path("in")).unwrap();
        std::fs::write(folder.path("").join(name), event(&byte.to_string())).unwrap();
    }
    let ran = folder.run(&["convert", "@in", "-o", "@out", "--quiet"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let manifest = folder.manifest("out");
    let [first, second] = [&manifest["inputs"][0], &manifest["inputs"][1]];
    assert_eq!(first["input"], second["input"]);
    assert_ne!(first["input_base64"], second["input_base64"]);
    assert_eq!(first["output"]["path_base64"], "Yf4ubmRqc29u");
    let ran = folder.run(&["restore", "@out", "-o", "@legacy"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(folder.files("legacy").len(), 4);
}

#[test]
fn without_an_input_stdin_is_read() {
    let ran = run_with_stdin(["convert"], event("a").as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("\"eventId\":\"a\""));
}

#[test]
fn what_was_not_made_by_convert_is_told() {
    let folder = Folder::new();
    folder.write("in.json", event("a"));
    let ran = folder.run(&["restore", "@in.json", "-o", "@out", "--quiet"]);
    assert_eq!(
        ran.stderr,
        "warning: none of these events was made by convert: they stand as they were\n"
    );
    folder.write("empty.json", "");
    let ran = folder.run(&["restore", "@empty.json", "-o", "@none"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.starts_with("0 events from 1 input"));
}

#[test]
fn more_threads_than_there_can_be() {
    for jobs in ["257", "99999999999999999999", "0", "many"] {
        let ran = run(["convert", "fixtures/archive", "--jobs", jobs]);
        assert_eq!(ran.code, 2);
        assert!(
            ran.stderr.contains("expected a number from 1 to 256"),
            "{}",
            ran.stderr
        );
    }
    let folder = Folder::new();
    folder.write("in.json", event("a"));
    let ran = folder.run(&["convert", "@in.json", "-o", "@out", "--jobs", "256"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}
