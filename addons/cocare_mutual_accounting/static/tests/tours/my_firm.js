import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("cocare_my_firm", {
    steps: () => [
        {
            content: "My firm is the first thing on the home page",
            trigger: "a[href='/my/firm']:contains('My firm')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The last month with figures is shown, with the gain",
            trigger: ".o_cocare_card_gain .o_cocare_card_value:contains('12.50')",
        },
        {
            content: "The first cost is open and explains itself",
            trigger: "details[open] td:contains('1 of 6')",
        },
        {
            content: "Go back a month",
            trigger: "a[aria-label='Previous month']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Nothing was shared yet",
            trigger: "p:contains('took no shared service')",
        },
    ],
});
