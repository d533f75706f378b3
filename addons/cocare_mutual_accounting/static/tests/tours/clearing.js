import {registry} from "@web/core/registry";
import {fitsTheScreen} from "./phone";

const owed = ".o_cocare_clearing li:contains('owed to Firm A')";

registry.category("web_tour.tours").add("cocare_object_to_clearing", {
    steps: () => [
        {
            content: "Look at what the firms owe each other",
            trigger: "a[href='/my/clearing']:contains('Clearing between firms')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The month is there, to check",
            trigger:
                ".o_cocare_month:contains('July 2025') + .badge:contains('to check')",
        },
        {
            content: "What is left of all documents of the firm",
            trigger:
                "p:contains('The firm pays'):contains('234.00'):contains('to the operator')",
        },
        {
            content: "Until when one may object",
            trigger: ".alert-info:contains('You may object to a document until')",
            run: fitsTheScreen,
        },
        {
            content: "What another firm owes it is there too",
            trigger:
                ".o_cocare_clearing li:contains('owed by Firm C'):contains('1,000.00')",
        },
        {
            content: "What it owes",
            trigger: `${owed}:contains('1,234.00')`,
        },
        {
            content: "That is wrong: object to it",
            trigger: `${owed} summary:contains('Object to it')`,
            run: "click",
        },
        {
            content: "Say why",
            trigger: `${owed} input[name=reason]`,
            run: "edit Two crates were missing",
        },
        {
            content: "The whole form is on the screen",
            trigger: `${owed} button:contains('Take it out')`,
            run: fitsTheScreen,
        },
        {
            content: "Take it out",
            trigger: `${owed} button:contains('Take it out')`,
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The page says who objects, and why",
            trigger: `${owed}:contains('Firm B objects: Two crates were missing')`,
        },
        {
            content: "The firm has money to receive now",
            trigger: "p:contains('The firm receives'):contains('1,000.00')",
        },
        {
            content: "One may change one's mind while there is time",
            trigger: `${owed} button:contains('Accept it after all')`,
            run: fitsTheScreen,
        },
    ],
});
