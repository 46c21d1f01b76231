# count.awk -- read meson-logs/testlog.txt, print "PASSED FAILED SKIPPED" in single test cases.
#
# Understands cmocka's lines and "N passed, N failed"; a test program that prints neither is one
# case. A program that ended badly without saying which case failed is one failed case.

function close_test() {
    if (!open) return
    is_good = result == "exit status 0"
    if (result == "exit status 77" && !said) skipped++
    else if (!said) { if (is_good) passed++; else failed++ }
    else if (!is_good && bad == 0) failed++
    passed += good; failed += bad; skipped += left
    open = said = good = bad = left = 0
}

/^=+ [0-9]+\/[0-9]+ =+$/      { close_test(); open = 1; next }
/^Summary of Failures:$/      { close_test(); next }
!open                         { next }
/^result: /                   { sub(/^result: +/, ""); result = $0 }
/^\[ +OK \] /                 { good++; said = 1 }
/^\[ +FAILED +\] .*: *[0-9]+ test\(s\), listed below/ ||
/^\[ +FAILED +\] [0-9]+ test\(s\), listed below/ {
    match($0, /[0-9]+ test\(s\)/); bad += substr($0, RSTART) + 0; said = 1
}
/^\[ +SKIPPED +\] .*[0-9]+ test\(s\), listed below/ {
    match($0, /[0-9]+ test\(s\)/); left += substr($0, RSTART) + 0; said = 1
}
/^[0-9]+ passed, [0-9]+ failed/ { good += $1; bad += $3; said = 1 }
END { close_test(); print passed + 0, failed + 0, skipped + 0 }
