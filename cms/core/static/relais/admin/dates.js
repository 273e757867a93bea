// Wagtail's calendar writes dates as 2026-12-25 and puts today in the place of what it cannot read
// when the field is left: "25/12/2026", typed by hand, was lost without a word. What is typed stays;
// the form reads it as the language of the admin writes dates, or says at the field what is wrong.
window.jQuery.fn.datetimepicker.defaults.validateOnBlur = false;
