import {registry} from "@web/core/registry";

/**
 * Draw a line across the pad, as a finger does: from the top left to the bottom right,
 * at the same shares of its width and height on any screen.
 */
function drawLine() {
    const pad = this.anchor.getBoundingClientRect();
    const at = (type, share, buttons) =>
        this.anchor.dispatchEvent(
            new PointerEvent(type, {
                bubbles: true,
                isPrimary: true,
                buttons,
                pressure: 0.5,
                clientX: pad.left + pad.width * share,
                clientY: pad.top + pad.height * share,
            })
        );
    at("pointerdown", 0.2, 1);
    at("pointermove", 0.5, 1);
    at("pointermove", 0.8, 1);
    at("pointerup", 0.8, 0);
}

registry.category("web_tour.tours").add("cocare_sign_agreement", {
    steps: () => [
        {
            content: "What waits for a signature is first",
            trigger: "a.list-group-item:contains('Entrepôt')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Sign with one's own name",
            trigger: ".o_web_sign_name_and_signature input[name=signer]",
            run: "edit Zoé Müller",
        },
        {
            content: "Draw, rather than have the name written",
            trigger: ".o_web_sign_draw_button",
            run: "click",
        },
        {
            content: "Nothing is drawn yet",
            trigger: ".o_portal_sign_submit:disabled",
        },
        {
            content: "Draw",
            trigger: "canvas.o_web_sign_signature",
            run: drawLine,
        },
        {
            content: "Sign",
            trigger: ".o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is signed, and the page says by whom",
            trigger: ".badge:contains('Signed')",
        },
        {
            trigger: ".o_cocare_card:contains('Zoé Müller'):contains('SHA-256')",
        },
    ],
});
