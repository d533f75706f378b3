/** Nothing of our page is to be looked for sideways; the head of the page is Odoo's. */
export function fitsTheScreen() {
    const width = document.documentElement.clientWidth;
    for (const part of document.querySelectorAll(".o_cocare_firm *")) {
        const {right} = part.getBoundingClientRect();
        if (right > width + 1) {
            throw new Error(
                `“${part.textContent.trim()}” reaches ${right} on a screen of ${width}`
            );
        }
    }
}
