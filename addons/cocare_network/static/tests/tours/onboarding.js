import {registry} from "@web/core/registry";
import {isAt, recordDecision} from "./application";
import {openMenu} from "./navigation";

/** Somebody of the shared office opens the file of a firm. */
export function openFile(name) {
    return [
        ...openMenu("menu_memberships"),
        {
            content: `Open the file of ${name}`,
            trigger: `.o_kanban_record:contains('${name}')`,
            run: "click",
        },
        {
            content: "The file is there",
            trigger: ".o_form_view .o_field_widget[name=company_registry]",
        },
    ];
}

/** From the file of a firm on trial to its company, its people invited. */
export function bringIn(lost, siret) {
    return [
        {
            content: "Bring the firm in",
            trigger: "button[name=action_bring_in]",
            run: "click",
        },
        {
            content: "The SIRET of the file lost its zero, which is explained",
            trigger: `.modal [name=company_registry] input:value(${lost})`,
        },
        {
            content: "The number with its zero is offered: take it",
            trigger: `.modal button[name=action_cocare_take_registry]:contains('${siret}')`,
            run: "click",
        },
        {
            content: "It is taken",
            trigger: `.modal [name=company_registry] input:value(${siret})`,
        },
        {
            content: "Nothing is wrong with it any more",
            trigger: ".modal:not(:has(button[name=action_cocare_take_registry]))",
        },
        {
            content: "Its people are invited",
            trigger: ".modal .nav-link[name=workers]",
            run: "click",
        },
        {
            content: "Which is said in full",
            trigger: ".modal label:contains('Invite those who have an e-mail')",
        },
        {
            content: "There is an address to write to",
            trigger: ".modal .o_data_row td[name=email]:contains('@')",
        },
        {
            content: "Bring in",
            trigger: ".modal button[name=action_create_firm]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The company of the firm has the right number",
            trigger: `.o_form_view [name=company_registry]:contains('${siret}')`,
        },
    ];
}

/** A person chooses a password by the link of the invitation. */
export function choosePassword(password) {
    return [
        {
            content: "Choose a password",
            trigger: "input[name=password]",
            run: `edit ${password}`,
        },
        {
            content: "Twice",
            trigger: "input[name=confirm_password]",
            run: `edit ${password}`,
        },
        {
            content: "Sign up",
            trigger: ".oe_signup_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
    ];
}

/** A worker-member finds their firm. */
export function seeFirm(name) {
    return [
        {
            content: "My firm is the first thing on the home page",
            trigger: "a[href='/my/firm']:not(.o_cocare_home_card ~ a)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is theirs",
            trigger: `.o_cocare_firm h1:contains('${name}')`,
        },
    ];
}

registry.category("web_tour.tours").add("cocare_decide_trial", {
    steps: () => [
        ...openFile("Zorn Brewery"),
        ...recordDecision("General meeting of 12 June, resolution 3"),
        ...isAt("trial"),
    ],
});

registry.category("web_tour.tours").add("cocare_bring_in", {
    steps: () => [
        ...openFile("Zorn Brewery"),
        ...bringIn("5720093300042", "05720093300042"),
    ],
});

registry.category("web_tour.tours").add("cocare_first_login", {
    steps: () => [...choosePassword("Zorn-2025-beer"), ...seeFirm("Zorn Brewery")],
});
