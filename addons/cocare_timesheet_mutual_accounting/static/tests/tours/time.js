import {registry} from "@web/core/registry";

const row = (firm) => `.o_cocare_cockpit tbody tr:has(th:contains('${firm}'))`;

/** Fill in the dialog, where the firm and the last mission are already chosen. */
function spend(firm, hours) {
    return [
        {
            content: `It is about ${firm}`,
            trigger: `.modal-title:contains('${firm}')`,
        },
        {
            content: "The mission is what one did last",
            trigger: ".modal [name=mission_id] input:value(Closing)",
        },
        {
            content: `It took ${hours}`,
            trigger: ".modal [name=hours] input",
            run: `edit ${hours}`,
        },
        {
            content: "Save",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "One is on the cockpit still",
            trigger: "body:not(:has(.modal)) .o_cocare_cockpit table",
        },
    ];
}

registry.category("web_tour.tours").add("cocare_time_cockpit", {
    steps: () => [
        {
            content: "Show the time of the month",
            trigger: ".o_cocare_cockpit_bar button:contains('Columns')",
            run: "click",
        },
        {
            content: "It is one of the columns",
            trigger: ".o-dropdown--menu .dropdown-item:contains('Time this month')",
            run: "click",
        },
        {
            content: "Its clock",
            trigger: `${row("Firm A")} th .fa-clock-o`,
            run: "click",
        },
        ...spend("Firm A", "0:45"),
        {
            content: "The time is on its line",
            trigger: `${row("Firm A")}:contains('00:45')`,
        },
        {
            content: "A cell of another firm",
            trigger: `${row("Firm B")} td:first`,
            async run({anchor, press}) {
                anchor.focus();
                await press("t");
            },
        },
        ...spend("Firm B", "1:30"),
        {
            content: "The time is on its line",
            trigger: `${row("Firm B")}:contains('01:30')`,
        },
    ],
});
