import {registry} from "@web/core/registry";

/** Somebody fills the public form in for their firm, as it is shown to anybody. */
export function askToJoin(answers) {
    return [
        {
            content: "My firm wants to join",
            trigger: ".o_cocare_join_card[href='/join/join']",
            run: "click",
            expectUnloadPage: true,
        },
        ...Object.entries(answers).map(([field, answer]) => ({
            content: `Say the ${field}`,
            trigger: `.o_cocare_join_form [name=${field}]`,
            run: `edit ${answer}`,
        })),
        {
            content: "Agree to be written to",
            trigger: ".o_cocare_join_form [name=consent]",
            run: "check",
        },
        {
            content: "Send",
            trigger: ".o_cocare_join_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "An e-mail was written to them, which is told",
            trigger: "h1:contains('One more step')",
        },
    ];
}

/** They open the link of the e-mail and say that the message is theirs. */
export function confirmMessage(email) {
    return [
        {
            content: "The answer goes to the address that was typed in",
            trigger: `.o_cocare_join strong:contains('${email}')`,
        },
        {
            content: "Confirm",
            trigger: ".o_cocare_join form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It has arrived",
            trigger: "h1:contains('has arrived')",
        },
    ];
}

registry.category("web_tour.tours").add("cocare_join", {
    steps: () =>
        askToJoin({
            organisation: "Zorn Brewery",
            name: "Léa Zorn",
            email: "lea@zorn.example",
            phone: "03 88 00 00 00",
            zip: "67170",
            city: "Brumath",
            message: "We brew, and would share our deliveries.",
        }),
});

registry.category("web_tour.tours").add("cocare_join_confirm", {
    steps: () => confirmMessage("lea@zorn.example"),
});
