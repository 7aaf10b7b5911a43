// Files to be sent: chosen one by one or several at once, each may be taken out again. What the server would refuse is
// said at once and left out, so that the others stay. Without this file the browser's own field serves.
(() => {
  "use strict";
  const words = (size) => {
    if (size >= 1 << 20) return `${(size / (1 << 20)).toFixed(1)} MB`;
    return size >= 1024 ? `${(size / 1024).toFixed(0)} KB` : `${size} 字节`;
  };
  const same = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
  const ending = (name) => (/\.([a-z][a-z0-9]{0,9})$/i.exec(name) || ["", ""])[1].toLowerCase();

  const refusal = (file, input) => {
    const known = input.accept.split(",").map((one) => one.slice(1));
    if (file.size > Number(input.dataset.largest)) return `超过 ${words(Number(input.dataset.largest))}，请压缩或拆分`;
    if (!file.size) return "是空文件";
    if (ending(file.name) && !known.includes(ending(file.name))) return `是 .${ending(file.name)} 文件，不能上传`;
    return "";
  };

  const line = (text, className = "") => {
    const found = document.createElement("li");
    found.textContent = text;
    found.className = className;
    return found;
  };

  document.querySelectorAll("input[type=file][data-largest]").forEach((input) => {
    const most = Number(input.dataset.most);
    const list = document.createElement("ul");
    list.className = "chosen-files";
    list.setAttribute("role", "status");
    input.after(list);
    let chosen = [];

    const show = (refused) => {
      const kept = new DataTransfer();
      chosen.forEach((file) => kept.items.add(file));
      input.files = kept.files;
      list.replaceChildren(
        ...refused.map(([file, why]) => line(`没有选入“${file.name}”：${why}。`, "too-large")),
        ...chosen.map((file) => {
          const one = line(`${file.name} · ${words(file.size)} `);
          const button = document.createElement("button");
          button.type = "button";
          button.className = "link";
          button.textContent = "移除";
          button.setAttribute("aria-label", `移除“${file.name}”`);
          button.addEventListener("click", () => {
            chosen = chosen.filter((other) => other !== file);
            show([]);
            input.focus();
          });
          one.append(button);
          return one;
        }));
    };

    input.addEventListener("change", () => {
      const refused = [];
      const before = most > 1 ? chosen : [];
      chosen = [...before];
      [...input.files].filter((file) => !before.some((one) => same(one, file))).forEach((file) => {
        const why = refusal(file, input) || (chosen.length >= most ? `最多 ${most} 个` : "");
        if (why) refused.push([file, why]);
        else chosen.push(file);
      });
      show(refused);
    });

    // A page that comes back may have kept what was chosen, or have lost it.
    window.addEventListener("pageshow", () => {
      chosen = [...input.files];
      if (chosen.length) show([]);
    });

    input.form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || !chosen.length) return;
      const bar = document.createElement("progress");
      const sending = line(`正在上传 ${chosen.length} 个文件，共 ${words(chosen.reduce((sum, file) => sum + file.size, 0))}，请不要关闭页面…… `);
      sending.append(bar);
      list.append(sending);
    });
  });
})();
