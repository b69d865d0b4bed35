// What who looks at the page may do; the server checks it again.

export const mayRule = document.getElementById("main").hasAttribute("data-rules");
