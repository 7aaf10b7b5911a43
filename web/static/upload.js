// Files to be sent: says at once what the server would refuse, and that a long upload is on its way.
(() => {
  "use strict";
  const words = (size) => (size >= 1 << 20 ? `${(size / (1 << 20)).toFixed(1)} MB` : `${Math.max(size / 1024, 0.1).toFixed(0)} KB`);
  const listed = (input) => {
    const list = input.parentElement.querySelector(".chosen-files") || document.createElement("ul");
    list.className = "chosen-files";
    list.setAttribute("role", "status");
    input.after(list);
    return list;
  };

  const look = (input) => {
    const [files, largest, most] = [[...input.files], Number(input.dataset.largest), Number(input.dataset.most)];
    const large = files.filter((file) => file.size > largest);
    listed(input).replaceChildren(...files.map((file) => {
      const line = document.createElement("li");
      const tooLarge = file.size > largest;
      line.textContent = `${file.name} · ${words(file.size)}${tooLarge ? "，超过大小限制" : ""}`;
      line.classList.toggle("too-large", tooLarge);
      return line;
    }));
    let fault = "";
    if (files.length > most) fault = `最多选择 ${most} 个文件，现有 ${files.length} 个。`;
    else if (large.length) fault = `“${large[0].name}”超过 ${words(largest)}，请压缩或拆分后重新选择。`;
    input.setCustomValidity(fault);
    if (fault) input.reportValidity();
  };

  document.querySelectorAll("input[type=file][data-largest]").forEach((input) => {
    input.addEventListener("change", () => look(input));
    input.form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || !input.files.length) return;
      const size = [...input.files].reduce((sum, file) => sum + file.size, 0);
      const line = document.createElement("li");
      const bar = document.createElement("progress");
      line.append(`正在上传 ${input.files.length} 个文件，共 ${words(size)}，请不要关闭页面…… `, bar);
      listed(input).append(line);
    });
  });
})();
