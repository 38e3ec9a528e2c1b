//! Rows are the same however the bytes of a table come, and none is lost.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    events2logs_batch::fuzz::csv(bytes);
});
